import type { WorkResult } from '@isolated-runtime/protocol'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Protection } from '../protection/protection.ts'
import { FleetGauges, type FleetGaugesOptions } from './fleet-gauges.ts'

/** From a millisecond to the longest timeout that is usual. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

const PHASES = ['bootMs', 'wallMs', 'cpuMs'] as const

export interface MetricsOptions extends FleetGaugesOptions {
  readonly slots: number
  /** How many runs are under way here. */
  readonly running: () => number
  readonly protection: Protection
}

/** What Prometheus reads of an executor. Nothing is asked of Redis unless somebody reads it. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #fleet: FleetGauges
  readonly #tellRunning: () => void
  readonly #runs: Counter<'status' | 'code'>
  readonly #phases: Readonly<Record<(typeof PHASES)[number], Histogram>>

  constructor(options: MetricsOptions) {
    const registers = [this.#registry]
    const { slots, running, protection } = options
    collectDefaultMetrics({ register: this.#registry })
    this.#fleet = new FleetGauges(registers, options)
    this.#runs = new Counter({
      name: 'isolated_runtime_runs_total',
      help: 'Runs that ended here, by status and error code; jobs of several calls count once, as "reported"',
      labelNames: ['status', 'code'],
      registers,
    })
    const histogram = (name: string, help: string): Histogram =>
      new Histogram({ name: `isolated_runtime_${name}_seconds`, help, buckets: SECONDS, registers })
    this.#phases = {
      bootMs: histogram('run_boot', 'How long runs waited for a process, a thread and a realm'),
      wallMs: histogram('run_duration', 'How long functions of guests took'),
      cpuMs: histogram('run_cpu', 'CPU time that functions of guests took'),
    }
    const runningGauge = new Gauge({
      name: 'isolated_runtime_executor_running',
      help: 'Runs that this executor has',
      registers,
    })
    new Gauge({
      name: 'isolated_runtime_executor_slots',
      help: 'Runs that this executor runs at once',
      registers,
    }).set(slots)
    this.#tellRunning = () => runningGauge.set(running())
    tellProtection(registers, protection)
  }

  /** Counts a run that has ended. */
  ended({ status, usage, ...outcome }: WorkResult): void {
    this.#runs.inc({ status, code: 'error' in outcome ? outcome.error.code : '' })
    for (const phase of PHASES) this.#phases[phase].observe(usage[phase] / 1_000)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** In the text format of Prometheus. Never rejects for want of Redis: what it would tell is left out then. */
  async text(): Promise<string> {
    await this.#fleet.refresh()
    this.#tellRunning()
    return this.#registry.metrics()
  }
}

function tellProtection(registers: Registry[], { level, measures, build }: Protection): void {
  const protection = new Gauge({
    name: 'isolated_runtime_protection',
    help: 'Whether a measure that keeps guests in their place is in force (1) or missing (0)',
    labelNames: ['measure'],
    registers,
  })
  for (const { name, isInForce } of measures) protection.set({ measure: name }, isInForce ? 1 : 0)
  new Gauge({
    name: 'isolated_runtime_executor_info',
    help: 'Always 1; the labels say what guests run on, and the level of protection in force',
    labelNames: ['node', 'v8', 'protection'],
    registers,
  }).set({ node: build.node, v8: build.v8, protection: level }, 1)
  if (build.ageDays === undefined) return
  new Gauge({
    name: 'isolated_runtime_node_age_days',
    help: 'Days since the Node.js of this executor was released',
    registers,
  }).set(build.ageDays)
}
