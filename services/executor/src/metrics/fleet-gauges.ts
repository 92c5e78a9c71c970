import type { FleetLoad } from '@isolated-runtime/queue'
import { Gauge, type Registry } from 'prom-client'

/** Several may scrape at once, and often: Redis is asked once a second at most. */
const KEEP_MS = 1_000

export interface FleetGaugesOptions {
  /** The queue, as a label. */
  readonly queue: string
  /** Asks Redis; may reject. */
  readonly readLoad: () => Promise<FleetLoad>
}

interface FleetGauge {
  readonly gauge: Gauge<'queue'>
  readonly of: (load: FleetLoad) => number
}

/** What the whole fleet has to do. All executors of a queue tell the same: take the maximum, not the sum. */
export class FleetGauges {
  readonly #options: FleetGaugesOptions
  readonly #gauges: readonly FleetGauge[]
  readonly #isUp: Gauge
  #reading: Promise<void> | undefined
  #readAt = -Infinity

  constructor(registers: Registry[], options: FleetGaugesOptions) {
    this.#options = options
    const gauge = (name: string, help: string, of: (load: FleetLoad) => number): FleetGauge => ({
      gauge: new Gauge({ name: `isolated_runtime_${name}`, help, labelNames: ['queue'], registers }),
      of,
    })
    this.#gauges = [
      gauge('load', 'Runs under way or ready to start, for each slot of the fleet', ({ load }) => load),
      gauge('slots', 'Slots of all executors of the fleet', ({ slots }) => slots),
      gauge('running', 'Runs that executors of the fleet have', ({ running }) => running),
      gauge('waiting', 'Runs that more slots would start at once', ({ waiting }) => waiting),
      gauge('held', 'Runs that wait because their tenant is at a cap', ({ held }) => held),
      gauge('delayed', 'Runs whose time has not come', ({ delayed }) => delayed),
      gauge(
        'oldest_waiting_seconds',
        'For how long the oldest run has waited that more slots would start at once',
        ({ oldestWaitingMs }) => oldestWaitingMs / 1_000,
      ),
    ]
    this.#isUp = new Gauge({
      name: 'isolated_runtime_redis_up',
      help: 'Whether Redis has answered when it was last asked for the load of the fleet',
      registers,
    })
  }

  /** Asks Redis again, unless it was asked just now. Never rejects. */
  refresh(): Promise<void> {
    const now = performance.now()
    if (this.#reading === undefined || now > this.#readAt + KEEP_MS) {
      this.#readAt = now
      this.#reading = this.#read()
    }
    return this.#reading
  }

  async #read(): Promise<void> {
    try {
      const load = await this.#options.readLoad()
      for (const { gauge, of } of this.#gauges) gauge.set({ queue: this.#options.queue }, of(load))
      this.#isUp.set(1)
    } catch {
      // An autoscaler must not take numbers of the past for those of now.
      for (const { gauge } of this.#gauges) gauge.reset()
      this.#isUp.set(0)
    }
  }
}
