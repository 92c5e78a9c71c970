import {
  cancelled,
  cancelReason,
  IsolatedRuntimeError,
  type EncodedOutcome,
} from '@isolated-runtime/protocol'
import type { LiveListener } from '../live/live-listener.ts'
import type { SandboxRun } from '../sandbox-run.ts'
import { attemptUntilClear, type AttemptVerdict, type PoolResult } from './blame.ts'
import type { Cell } from './cell.ts'
import { Cells, type CellsOptions } from './cells.ts'
import { wishOf, type Isolation } from './isolation.ts'
import { KeepAlive } from './keep-alive.ts'
import { place, type Room, type Wish } from './placement.ts'
import { WaitingLines } from './waiting-lines.ts'

export interface PoolOptions extends Omit<CellsOptions, 'onChange'> {
  readonly isolation: Isolation
}

export interface PoolRunOptions {
  /** Ends the run as `cancelled`, wherever it is. */
  readonly signal?: AbortSignal | undefined
  /** Hears of the run while it goes on. */
  readonly listener?: LiveListener | undefined
  /** Asked before the run is first given to a cell: the outcome, if it is not to be. */
  readonly refusal: () => EncodedOutcome | undefined
}

interface Waiting {
  readonly wish: Wish
  /** Called with the cell that has a slot for it; takes the slot before it returns. */
  start(cell: Cell): void
  /** Whether it is refused after all; it is over then. */
  refuse(): boolean
  fail(error: unknown): void
}

/** Gives each run a slot in a cell. */
export class Pool {
  readonly #room: Room
  readonly #isolation: Isolation
  readonly #cells: Cells
  readonly #keepAlive = new KeepAlive()
  readonly #waiting = new WaitingLines<Waiting>()
  #placing = false
  #timer: NodeJS.Timeout | undefined
  #timerDueAt = Infinity
  #changed = Promise.withResolvers<void>()
  #closed: Promise<void> | undefined

  constructor(options: PoolOptions) {
    this.#room = options
    this.#isolation = options.isolation
    this.#cells = new Cells({ ...options, onChange: () => this.#schedule() })
    this.#cells.replenish()
  }

  /** Resolves when a cell is up. @throws `SANDBOX_FAILED` */
  ready(): Promise<void> {
    return this.#keepAlive.during(this.#ready())
  }

  async #ready(): Promise<void> {
    while (!this.#cells.living.some((cell) => cell.open)) {
      if (this.#closed !== undefined) throw closedError()
      if (this.#cells.failure !== undefined) throw this.#cells.failure
      this.#cells.startIfNone()
      await this.#changed.promise
    }
  }

  /** @throws `CLOSED` or `SANDBOX_FAILED`; whatever the guest does is an outcome */
  run(run: SandboxRun, options: PoolRunOptions): Promise<PoolResult> {
    return this.#keepAlive.during(
      attemptUntilClear(run.limits, (suspect, onStart) => this.#attempt(run, suspect, onStart, options)),
    )
  }

  close(): Promise<void> {
    this.#closed ??= this.#keepAlive.during(this.#close())
    return this.#closed
  }

  async #attempt(
    run: SandboxRun,
    suspect: boolean,
    onStart: () => void,
    options: PoolRunOptions,
  ): Promise<AttemptVerdict> {
    const verdict = await this.#runOnce(run, suspect, onStart, options)
    if (verdict.kind === 'died' && this.#closed !== undefined) throw closedError()
    return verdict
  }

  #runOnce(
    run: SandboxRun,
    suspect: boolean,
    onStart: () => void,
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
        start: (cell) => {
          signal?.removeEventListener('abort', cancel)
          onStart()
          resolve(cell.run(run, wish.owner, signal, listener))
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
      this.#placeAll()
    })
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
    const { failure } = this.#cells
    // Cells that live can still serve what waits.
    if (failure !== undefined && this.#cells.living.length === 0)
      for (const waiting of this.#waiting.all()) this.#drop(waiting, failure)
    let heads = this.#waiting.heads()
    while (heads.filter((head) => this.#place(head)).length > 0) heads = this.#waiting.heads()
    this.#cells.replenish(this.#newcomersAmong(heads))
  }

  /** How many of those that wait are of owners without a cell. */
  #newcomersAmong(heads: readonly Waiting[]): number {
    const owners = new Set(heads.map(({ wish }) => wish.owner))
    for (const { owner } of this.#cells.living) if (owner !== undefined) owners.delete(owner)
    return owners.size
  }

  /** Whether the head found its place. */
  #place(waiting: Waiting): boolean {
    if (waiting.refuse()) {
      this.#waiting.remove(waiting)
      return true
    }
    for (;;) {
      const placement = place(this.#cells.living, waiting.wish, this.#room, performance.now())
      switch (placement.kind) {
        case 'run':
          this.#waiting.remove(waiting)
          waiting.start(placement.cell)
          return true
        case 'retire':
          placement.cell.retire()
          break
        case 'drain':
          placement.cell.drain()
          break
        case 'start':
          this.#cells.start(waiting.wish.memoryMb)
          if (this.#cells.failure !== undefined) return false
          break
        case 'wait':
          this.#placeAgainIn(placement.againInMs)
          return false
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
