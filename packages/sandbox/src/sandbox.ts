import {
  argumentsOf,
  parse,
  requireNode,
  type Call,
  type Unsuccessful,
  type WorkResult,
} from '@isolated-runtime/protocol'
import { LiveListener, type LiveOptions } from './live/live-listener.ts'
import { cellMemoryMbOf, MAX_CELLS, sandboxOptionsSchema, slotsOf, type SandboxOptions } from './options.ts'
import type { PoolResult } from './pool/blame.ts'
import { stricter, type Isolation } from './pool/isolation.ts'
import { levelOfCells, startCellProcess, type StartCell } from './pool/cell-process.ts'
import type { CellUserLevel } from './pool/cell-user.ts'
import { Circuits, type Circuit, type CircuitKey } from './pool/circuits.ts'
import { memoryClassOf } from './pool/memory-class.ts'
import { Pool, type PoolOptions } from './pool/pool.ts'
import { Spawner } from './pool/spawn/spawner.ts'
import { Resources } from './resources/resources.ts'
import type { SandboxRun } from './pool/sandbox-run.ts'
import { StackMapper } from './stack/stack-mapper.ts'
import type { SandboxLogger } from './live/sandbox-logger.ts'

export interface Surroundings extends Pick<PoolOptions, 'startPriority'> {
  readonly resources?: Pick<Resources, 'memory'>
  readonly startCell?: StartCell
}

const CELLS_ARE_ROOT =
  'Cells run as root: code that breaks out of their other walls may signal this process and read its memory'

export interface SandboxRunOptions extends LiveOptions {
  /** Ends the run as `cancelled`, wherever it is. */
  readonly signal?: AbortSignal | undefined
}

/** Runs functions of bundles, each in a fresh realm, in a worker thread, in a locked-down child process. */
export class Sandbox implements AsyncDisposable {
  /** How many runs it can run at once. */
  readonly slots: number
  readonly #firstCellUid: number | undefined
  #isLevelKnown = false
  readonly #isolation: Isolation
  readonly #circuits: Circuits
  readonly #pool: Pool
  readonly #logger: SandboxLogger | undefined
  readonly #stacks = new StackMapper()

  /**
   * @param surroundings what it has to work with; by default the machine, or the container it is in
   * @throws `NODE_TOO_OLD`, or `INVALID_OPTIONS`
   */
  static start(options: SandboxOptions = {}, surroundings: Surroundings = {}): Sandbox {
    requireNode()
    return new Sandbox(options, surroundings)
  }

  private constructor(
    { logger, ...sizes }: SandboxOptions,
    { resources = Resources.of(), startCell, startPriority }: Surroundings,
  ) {
    const { firstCellUid, ...options } = parse(
      sandboxOptionsSchema,
      sizes,
      'sandbox options',
      'INVALID_OPTIONS',
    )
    // A cell of one run needs one thread.
    if (options.isolation === 'run') options.threadsPerCell = 1
    options.spareMemoryMb = memoryClassOf(options.spareMemoryMb)
    this.slots = slotsOf(options)
    this.#firstCellUid = firstCellUid
    this.#isolation = options.isolation
    this.#logger = logger
    this.#circuits = new Circuits(options.circuitBreaker)
    this.#pool = new Pool({
      ...options,
      slots: this.slots,
      maxCells: options.maxCells ?? MAX_CELLS,
      cellMemoryMb: cellMemoryMbOf(options, this.slots),
      logger,
      resources,
      startPriority,
      startCell:
        startCell ??
        ((settings) => startCellProcess(settings, { firstUid: firstCellUid, spawner: Spawner.get() })),
    })
    this.#warnOfRoot()
  }

  /** As whom its cells run. */
  get cellUser(): CellUserLevel {
    return levelOfCells(this.#firstCellUid)
  }

  #warnOfRoot(): void {
    if (this.#isLevelKnown) return
    try {
      const { cellUser } = this
      this.#isLevelKnown = true
      if (cellUser.kind === 'executor' && cellUser.uid === 0)
        this.#logger?.warn({ event: 'cell.root', cellUser }, CELLS_ARE_ROOT)
    } catch {
      // It cannot be read for want of file descriptors. No cell can be started then; `ready()` tries again.
    }
  }

  /** Why no cell can be started, which is tried again every other second; `undefined` as long as they can. */
  get problem(): string | undefined {
    return this.#pool.problem
  }

  /** Resolves when a cell is up, so that the first run need not wait for one. @throws `SANDBOX_FAILED` */
  async ready(): Promise<void> {
    await this.#pool.ready()
    this.#warnOfRoot()
  }

  /**
   * Runs a function once, or once for each item of a batch. Whatever the guest does is an outcome.
   *
   * @throws `CLOSED`, or `SANDBOX_FAILED` if no cell can be started
   */
  async run(asked: SandboxRun, options: SandboxRunOptions = {}): Promise<WorkResult> {
    const run = this.#isolated(asked)
    const key = { tenant: run.tenant, bundle: run.bundle.id }
    const admission = this.#circuits.admit(key)
    if (admission.kind === 'refused') return admission.outcome
    let killed: boolean | undefined
    try {
      const refusal = (): Unsuccessful | undefined => this.#circuits.refuses(key)
      const listener = this.#listener(run.call, options)
      const result = await this.#pool.run(run, { signal: options.signal, refusal, listener })
      if (result.outcome.status !== 'reported') listener?.end(result.outcome.logs)
      // A batch ends as one, and is then run item by item: those that are guilty are found, and counted, one by one.
      killed = result.killed && argumentsOf(run.call.work).length > 1 ? undefined : result.killed
      return this.#stacks.map(measured(run.call, result), run.bundle)
    } finally {
      admission.over(killed)
    }
  }

  #isolated(asked: SandboxRun): SandboxRun {
    const isolation = stricter(asked.isolation ?? this.#isolation, this.#isolation)
    // Realms that are used again know bundles, not tenants: in cells of many tenants there are none.
    const { call } = asked
    if (isolation === 'shared') return { ...asked, call: { ...call, realm: 'fresh' } }
    // Where each run has a cell of its own, those that came together go alone: the rest is sent again.
    const { work } = call
    if (isolation !== 'run' || work.kind === 'call' || work.realms === 'shared') return asked
    return { ...asked, call: { ...call, work: { ...work, items: work.items.slice(0, 1) } } }
  }

  /** A batch is many calls, whose lines are told with their reports. */
  #listener({ work, progress }: Call, options: LiveOptions): LiveListener | undefined {
    const isWanted = options.onLog !== undefined || progress === true
    return isWanted && work.kind === 'call' ? new LiveListener(options, this.#logger) : undefined
  }

  /** The tenants that have a cell at this moment, whose next run starts at once; one name, '', for all under `shared`. */
  residents(): string[] {
    return this.#pool.residents()
  }

  /** The bundles whose runs have killed cells lately, and which of them are refused. */
  circuits(): Circuit[] {
    return this.#circuits.list()
  }

  /** Serves a bundle again at once; `false` if there is nothing to forget. */
  resetCircuit(key: CircuitKey): boolean {
    return this.#circuits.reset(key)
  }

  /** Ends all cells; runs under way reject with `CLOSED`. Resolves when no process is left. */
  close(): Promise<void> {
    return this.#pool.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function measured(call: Call, { outcome, attempts, processMb, ...result }: PoolResult): WorkResult {
  let bytesIn = Buffer.byteLength(call.contextJson ?? '')
  for (const json of argumentsOf(call.work)) bytesIn += Buffer.byteLength(json)
  const bootMs = result.bootMs + outcome.usage.bootMs
  const startCpuMs = result.startCpuMs + outcome.usage.startCpuMs
  const bytesOut = bytesOutOf(outcome)
  return {
    ...outcome,
    usage: { ...outcome.usage, bootMs, startCpuMs, attempts, processMb, bytesIn, bytesOut },
  }
}

function bytesOutOf(result: WorkResult): number {
  if (result.status === 'reported') return Buffer.byteLength(result.reportsJson)
  return result.status === 'succeeded' ? Buffer.byteLength(result.valueJson ?? '') : 0
}
