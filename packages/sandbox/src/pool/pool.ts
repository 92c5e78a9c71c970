import { IsolatedRuntimeError, type EncodedOutcome } from '@isolated-runtime/protocol'
import { cancelled, crashed, outOfMemory } from '../cell/outcomes.ts'
import type { SandboxRun } from '../sandbox-run.ts'
import type { Cell, CellVerdict } from './cell.ts'
import { Cells, type CellsOptions } from './cells.ts'
import { KeepAlive } from './keep-alive.ts'
import { place, type Room, type Wish } from './placement.ts'
import { WaitingLines } from './waiting-lines.ts'

export interface PoolOptions extends Omit<CellsOptions, 'onChange'> {
  readonly maxCells: number
}

interface Waiting {
  readonly wish: Wish
  /** Called with the cell that has a slot for it; takes the slot before it returns. */
  start(cell: Cell): void
  fail(error: unknown): void
}

/** How a run went, and what it took to get it to a cell. */
export interface PoolResult {
  readonly outcome: EncodedOutcome
  readonly bootMs: number
  readonly attempts: number
}

/** Gives each run a slot in a cell. */
export class Pool {
  readonly #room: Room
  readonly #cells: Cells
  readonly #keepAlive = new KeepAlive()
  readonly #waiting = new WaitingLines<Waiting>()
  #placing = false
  #timer: NodeJS.Timeout | undefined
  #changed = Promise.withResolvers<void>()
  #closed: Promise<void> | undefined

  constructor(options: PoolOptions) {
    this.#room = options
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
      await this.#changed.promise
    }
  }

  /** @throws `CLOSED` or `SANDBOX_FAILED`; whatever the guest does is an outcome */
  run(run: SandboxRun, signal: AbortSignal | undefined): Promise<PoolResult> {
    return this.#keepAlive.during(this.#run(run, signal))
  }

  close(): Promise<void> {
    this.#closed ??= this.#keepAlive.during(this.#close())
    return this.#closed
  }

  async #run(run: SandboxRun, signal: AbortSignal | undefined): Promise<PoolResult> {
    const askedAt = performance.now()
    let bootMs = 0
    for (let attempts = 1; ; attempts++) {
      const verdict = await this.#runOnce(
        run,
        attempts > 1,
        signal,
        () => (bootMs = performance.now() - askedAt),
      )
      if (verdict.kind === 'outcome') return { outcome: verdict.outcome, bootMs, attempts }
      if (this.#closed !== undefined) throw closedError()
      // Only who was alone with the cell is to blame for its death; the others try again, each in a cell of its own.
      if (verdict.suspects > 1) continue
      const outcome = verdict.outOfMemory
        ? outOfMemory(run.limits.memoryMb)
        : crashed(`${verdict.reason} under the run`)
      return { outcome, bootMs, attempts }
    }
  }

  #runOnce(
    run: SandboxRun,
    alone: boolean,
    signal: AbortSignal | undefined,
    onStart: () => void,
  ): Promise<CellVerdict> {
    if (this.#closed !== undefined) return Promise.reject(closedError())
    if (this.#cells.failure !== undefined) this.#cells.retry()
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#waiting.remove(waiting)
        resolve({ kind: 'outcome', outcome: cancelled(signal?.reason) })
      }
      if (signal?.aborted === true) return resolve({ kind: 'outcome', outcome: cancelled(signal.reason) })
      const waiting: Waiting = {
        wish: { tenant: run.tenant, memoryMb: run.limits.memoryMb, alone },
        start: (cell) => {
          signal?.removeEventListener('abort', cancel)
          onStart()
          resolve(cell.run(run, signal))
          // Nobody joins a suspect, and its cell serves nobody after it.
          if (alone) cell.drain()
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
    const { failure } = this.#cells
    if (failure !== undefined) for (const waiting of this.#waiting.all()) this.#drop(waiting, failure)
    let heads = this.#waiting.heads()
    while (heads.length > 0) {
      if (heads.filter((head) => this.#place(head)).length === 0) return
      heads = this.#waiting.heads()
    }
  }

  /** Whether the head found its place. */
  #place(waiting: Waiting): boolean {
    for (;;) {
      const placement = place(this.#cells.living, waiting.wish, this.#room, performance.now())
      switch (placement.kind) {
        case 'run':
          this.#waiting.remove(waiting)
          waiting.start(placement.cell)
          this.#cells.replenish()
          return true
        case 'retire':
          placement.cell.retire()
          break
        case 'drain':
          placement.cell.drain()
          break
        case 'start':
          this.#cells.start(waiting.wish.memoryMb)
          break
        case 'wait':
          if (placement.againInMs !== undefined)
            this.#timer = setTimeout(() => this.#placeAll(), placement.againInMs)
          return false
      }
    }
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
