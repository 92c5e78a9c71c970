import { cancelled, cancelReason, IsolatedRuntimeError, type Unsuccessful } from '@isolated-runtime/protocol'
import type { LiveListener } from '../live/live-listener.ts'
import type { SandboxRun } from './sandbox-run.ts'
import { attemptUntilClear, type AttemptPlace, type AttemptVerdict, type PoolResult } from './blame.ts'
import { Cells, type CellsOptions } from './cells.ts'
import { MAX_PLACES } from './cordon-cell.ts'
import { CalmLine } from './calm-line.ts'
import { wishOf, type Isolation } from './isolation.ts'
import { KeepAlive } from './keep-alive.ts'
import type { Place } from './place.ts'
import { place, type Room, type Wish } from './placement.ts'
import { WaitingLines } from './waiting-lines.ts'

export type PoolOptions = Omit<CellsOptions, 'onChange' | 'isBusy'>

export interface PoolRunOptions {
  /** Ends the run as `cancelled`, wherever it is. */
  readonly signal?: AbortSignal | undefined
  /** Hears of the run while it goes on. */
  readonly listener?: LiveListener | undefined
  /** Asked before the run is first given to a cell: the outcome, if it is not to be. */
  readonly refusal: () => Unsuccessful | undefined
}

interface Waiting {
  readonly wish: Wish
  /** Whether its owner has given up a place of another kind for it. */
  hasGivenUp: boolean
  /**
   * Called with the place that has a slot for it, and whether that is of another kind than all others of its owner; takes
   * the slot before it returns.
   */
  start(place: Place, isOtherKind: boolean): void
  /** Whether it is refused after all; it is over then. */
  refuse(): boolean
  fail(error: unknown): void
}

/** Gives each run a slot in a cell. */
export class Pool implements AsyncDisposable {
  readonly #slots: number
  readonly #room: Omit<Room<Place>, 'waitedMs' | 'maxStarting'>
  readonly #isolation: Isolation
  readonly #cells: Cells
  readonly #keepAlive = new KeepAlive()
  readonly #waiting = new WaitingLines<Waiting>()
  readonly #calmLine = new CalmLine()
  #running = 0
  /** When all slots were taken for the last time, in milliseconds. */
  #lastFullAt = 0
  #placing = false
  /** Whether somebody without a cell may be among those that wait. */
  #mayHaveNewcomers = false
  #timer: NodeJS.Timeout | undefined
  #timerDueAt = Infinity
  #changed = Promise.withResolvers<void>()
  #closed: Promise<void> | undefined

  constructor(options: PoolOptions) {
    this.#slots = options.slots
    this.#isolation = options.isolation
    this.#cells = new Cells({
      ...options,
      isBusy: () => this.#running > 0,
      onChange: () => this.#schedule(),
    })
    this.#room = {
      maxCells: options.isolation === 'cordon' ? options.maxCells * MAX_PLACES : options.maxCells,
      spareCells: options.spareCells,
      giveUp: this.#cells.residents.least,
    }
    this.#cells.replenish(0, () => false)
  }

  /** Why cells cannot be started; `undefined` as long as they can. */
  get problem(): string | undefined {
    return this.#cells.problem
  }

  /** Resolves when a cell is up. @throws `SANDBOX_FAILED` */
  ready(): Promise<void> {
    return this.#keepAlive.during(this.#ready())
  }

  /** Who has a cell, at this moment. */
  residents(): string[] {
    return [...this.#cells.places.owners()]
  }

  async #ready(): Promise<void> {
    while (!this.#cells.places.all().some((cell) => cell.open)) {
      if (this.#closed !== undefined) throw closedError()
      if (this.#cells.failure !== undefined) throw this.#cells.failure
      this.#cells.startIfNone()
      await this.#changed.promise
    }
  }

  /** @throws `CLOSED` or `SANDBOX_FAILED`; whatever the guest does is an outcome */
  run(run: SandboxRun, options: PoolRunOptions): Promise<PoolResult> {
    return this.#keepAlive.during(
      attemptUntilClear(run.call.limits, (where, onStart) => this.#attempt(run, where, onStart, options)),
    )
  }

  close(): Promise<void> {
    this.#closed ??= this.#keepAlive.during(this.#close())
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #attempt(
    run: SandboxRun,
    { suspect, calm }: AttemptPlace,
    onStart: (startCpuMs: number) => void,
    options: PoolRunOptions,
  ): Promise<AttemptVerdict> {
    const once = (): Promise<AttemptVerdict> => this.#runOnce(run, suspect, onStart, options)
    const verdict = await (calm ? this.#calmLine.run(once, options.signal) : once())
    if (verdict.kind === 'died' && this.#closed !== undefined) throw closedError()
    return verdict
  }

  #runOnce(
    run: SandboxRun,
    suspect: boolean,
    onStart: (startCpuMs: number) => void,
    { signal, refusal, listener }: PoolRunOptions,
  ): Promise<AttemptVerdict> {
    if (this.#closed !== undefined) return Promise.reject(closedError())
    if (this.#cells.failure !== undefined) this.#cells.retry()
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#waiting.remove(waiting)
        resolve({ kind: 'refused', outcome: cancelled(cancelReason(signal?.reason)) })
      }
      if (signal?.aborted === true)
        return resolve({ kind: 'refused', outcome: cancelled(cancelReason(signal.reason)) })
      const wish = wishOf(run, this.#isolation, suspect)
      const waiting: Waiting = {
        wish,
        hasGivenUp: false,
        start: (cell, isOtherKind) => {
          signal?.removeEventListener('abort', cancel)
          const isCaused = isOtherKind || waiting.hasGivenUp || (wish.alone && !suspect)
          onStart(isCaused ? cell.startCpuMs : 0)
          resolve(this.#runIn(cell, run, signal, listener))
          this.#cells.pressure.begun(cell.process)
          // Nobody joins it, and its cell serves nobody after it.
          if (wish.alone) cell.drain()
        },
        refuse: () => {
          // A suspect has been let through before, and may be innocent.
          const outcome = suspect ? undefined : refusal()
          if (outcome === undefined) return false
          signal?.removeEventListener('abort', cancel)
          resolve({ kind: 'refused', outcome })
          return true
        },
        fail: reject,
      }
      signal?.addEventListener('abort', cancel, { once: true })
      this.#waiting.add(waiting)
      this.#mayHaveNewcomers ||= !this.#cells.places.hasOwner(wish.owner)
      this.#placeAll()
    })
  }

  async #runIn(
    cell: Place,
    run: SandboxRun,
    signal: AbortSignal | undefined,
    listener: LiveListener | undefined,
  ): Promise<AttemptVerdict> {
    this.#running++
    try {
      return await cell.run(run, signal, listener)
    } finally {
      if (this.#running-- === this.#slots) this.#lastFullAt = performance.now()
      this.#schedule()
    }
  }

  /** Changes come in bursts and in the middle of other changes: they are looked at together, a moment later. */
  #schedule(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers()
    if (this.#placing) return
    this.#placing = true
    queueMicrotask(() => {
      this.#placing = false
      this.#placeAll()
    })
  }

  #placeAll(): void {
    clearTimeout(this.#timer)
    this.#timerDueAt = Infinity
    const { failure, places } = this.#cells
    // Cells that live can still serve what waits.
    if (failure !== undefined && places.size === 0)
      for (const waiting of this.#waiting.all()) this.#drop(waiting, failure)
    // A line whose head finds its place goes behind the others, and has its turn again.
    for (const head of this.#waiting.heads()) {
      if (this.#running >= this.#slots) break
      this.#place(head)
    }
    this.#cells.replenish(this.#newcomers(), (spare) => this.#waiting.wants(spare))
  }

  /** How many of those that wait are of owners without a cell; more than may be starting at once are not counted. */
  #newcomers(): number {
    if (!this.#mayHaveNewcomers) return 0
    const owners = new Set<string>()
    const { maxStarting } = this.#cells
    for (const { wish } of this.#waiting.heads()) {
      if (!this.#cells.places.hasOwner(wish.owner)) owners.add(wish.owner)
      if (owners.size >= maxStarting) break
    }
    this.#mayHaveNewcomers = owners.size > 0
    return owners.size
  }

  #place(waiting: Waiting): void {
    if (waiting.refuse()) return this.#waiting.remove(waiting)
    if (!this.#cells.pressure.hasRoomFor(waiting.wish.memoryMb)) return
    for (;;) {
      const now = performance.now()
      // While all slots are taken, another place would help nobody.
      const waitedMs = Math.min(this.#waiting.waitedMs(waiting, now), now - this.#lastFullAt)
      const room = { ...this.#room, maxStarting: this.#cells.maxStarting, waitedMs }
      const placement = place(this.#cells.places, waiting.wish, room, now)
      switch (placement.kind) {
        case 'run':
          if (placement.cell.owner === undefined) this.#waiting.gotPlace(waiting, now)
          this.#waiting.remove(waiting)
          return waiting.start(placement.cell, this.#cells.take(placement.cell, waiting.wish.owner))
        case 'retire':
          waiting.hasGivenUp ||= placement.cell.owner === waiting.wish.owner
          placement.cell.retire()
          break
        case 'drain':
          placement.cell.drain()
          break
        case 'start':
          this.#cells.start(waiting.wish)
          if (this.#cells.failure !== undefined) return
          break
        case 'wait':
          return this.#placeAgainIn(placement.againInMs)
      }
    }
  }

  #placeAgainIn(ms: number = Infinity): void {
    const dueAt = performance.now() + ms
    if (dueAt >= this.#timerDueAt) return
    clearTimeout(this.#timer)
    this.#timerDueAt = dueAt
    this.#timer = setTimeout(() => this.#placeAll(), Math.ceil(ms))
  }

  #drop(waiting: Waiting, error: unknown): void {
    this.#waiting.remove(waiting)
    waiting.fail(error)
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer)
    for (const waiting of this.#waiting.all()) this.#drop(waiting, closedError())
    this.#changed.resolve()
    await this.#cells.close()
  }
}

function closedError(): IsolatedRuntimeError {
  return new IsolatedRuntimeError('CLOSED', 'The sandbox was closed, it takes no more runs')
}
