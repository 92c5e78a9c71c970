import { IsolatedRuntimeError, type EncodedOutcome } from '@isolated-runtime/protocol'
import type { Logger } from '../logger.ts'
import type { StowedOutcome } from '../payload/outcome-payloads.ts'
import type { RunResult } from '../run-result.ts'
import type { StoredRun } from './stored-runs.ts'

export interface RunWaitsOptions {
  /** Looks at what is stored of many runs, in their order. */
  readonly look: (runIds: readonly string[]) => Promise<StoredRun[]>
  /** A result was stored that no reply had told of. */
  readonly onMissedReply: () => void
  /** A run that is to be cancelled has not settled yet. */
  readonly onUnheardCancel: (runId: string, reason: string) => void
  /** Fetches an outcome that lies beside its job. */
  readonly fetch: (runId: string, stowed: StowedOutcome) => Promise<RunResult>
  readonly logger: Logger
}

export interface WaitOptions {
  /** When the wait ends at the latest, by `performance.now()`: the clock on the wall may be set meanwhile. */
  readonly deadline: number
  /** Milliseconds until what is stored is looked at for the first time, then and again. */
  readonly lookEveryMs: number
  /** Whether the run is known to be on the queue already. */
  readonly isQueued: boolean
}

interface Wait extends WaitOptions {
  readonly promise: Promise<EncodedOutcome>
  readonly resolve: (outcome: EncodedOutcome) => void
  readonly reject: (error: IsolatedRuntimeError) => void
  /** How many have asked for the outcome by themselves. */
  holders: number
  lookEveryMs: number
  nextLookAt: number
  isQueued: boolean
  isMissing: boolean
  isFetching: boolean
}

const SWEEP_EVERY_MS = 250
/** After a look that failed. */
const LOOK_AGAIN_MS = 1_000
/** Bounds how long Redis is busy with one round trip. */
const MAX_LOOKS_A_SWEEP = 2_000

/**
 * Everybody who waits for a run, by run id. A reply settles a wait at once; one timer for all looks at what is stored of
 * those that have waited for long, and ends those that are past their deadline:
 *
 *     waiting ──reply, or stored result──▶ settled
 *        │ ╰────missing twice────────────▶ RUN_LOST
 *        ╰──────deadline, one last look──▶ WAIT_TIMED_OUT
 */
export class RunWaits {
  readonly #waits = new Map<string, Wait>()
  readonly #options: RunWaitsOptions
  #timer: NodeJS.Timeout | undefined
  #isSweeping = false
  #isSweepWanted = false

  constructor(options: RunWaitsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#waits.size
  }

  /** The outcome of a run, from now on; a run that is waited for already is joined. */
  wait(runId: string, options: WaitOptions): Promise<EncodedOutcome> {
    const joined = this.#waits.get(runId)
    if (joined) {
      joined.holders++
      return joined.promise
    }
    const { promise, resolve, reject } = Promise.withResolvers<EncodedOutcome>()
    // Whoever submits and never asks for the outcome has chosen not to hear of it.
    promise.catch(() => undefined)
    const nextLookAt = performance.now() + options.lookEveryMs
    this.#waits.set(runId, {
      ...options,
      promise,
      resolve,
      reject,
      nextLookAt,
      holders: 1,
      isMissing: false,
      isFetching: false,
    })
    this.#timer ??= setInterval(() => void this.#sweep(), SWEEP_EVERY_MS)
    return promise
  }

  /** The run is on the queue: from now on it is lost if it is not there. */
  queued(runId: string): void {
    const wait = this.#waits.get(runId)
    if (wait) wait.isQueued = true
  }

  /** Somebody who waits could not put the run on the queue; others may wait for one of that id which is there. */
  withdraw(runId: string, error: IsolatedRuntimeError): void {
    const wait = this.#waits.get(runId)
    if (!wait || --wait.holders > 0) return
    this.#fail(runId, error)
  }

  /** Settles a wait; does nothing when it has settled, for the first result counts. */
  settle(runId: string, result: RunResult): void {
    if (result.kind === 'stowed') return void this.#fetch(runId, result.stowed)
    const wait = this.#remove(runId)
    if (result.kind === 'outcome') wait?.resolve(result.outcome)
    else wait?.reject(result.error)
  }

  /** Has what is stored of a run looked at as soon as may be, for it is known to be there; then and again as said. */
  lookSoon(runId: string, lookEveryMs?: number): void {
    const wait = this.#waits.get(runId)
    if (!wait) return
    wait.isQueued = true
    wait.lookEveryMs = lookEveryMs ?? wait.lookEveryMs
    wait.nextLookAt = 0
    void this.#sweep()
  }

  /** The same for all, after replies may have been missed. */
  lookAtAllSoon(): void {
    for (const wait of this.#waits.values()) wait.nextLookAt = 0
    void this.#sweep()
  }

  /** Rejects every wait with what `error` makes for the run. */
  rejectAll(error: (runId: string) => IsolatedRuntimeError): void {
    for (const runId of this.#waits.keys()) this.#fail(runId, error(runId))
  }

  async #sweep(): Promise<void> {
    this.#isSweepWanted = true
    if (this.#isSweeping) return
    this.#isSweeping = true
    while (this.#isSweepWanted) {
      this.#isSweepWanted = false
      const due = this.#due(performance.now())
      if (due.length > 0) await this.#look(due)
    }
    this.#isSweeping = false
  }

  #due(now: number): string[] {
    const due: string[] = []
    for (const [runId, wait] of this.#waits) {
      if (wait.isFetching) continue
      if (wait.deadline > now && (wait.nextLookAt > now || !wait.isQueued)) continue
      due.push(runId)
      if (due.length === MAX_LOOKS_A_SWEEP) break
    }
    return due
  }

  async #look(runIds: readonly string[]): Promise<void> {
    const startedAt = performance.now()
    let stored: StoredRun[]
    try {
      stored = await this.#options.look(runIds)
    } catch (cause) {
      this.#options.logger.debug({ err: cause }, 'What is stored of waiting runs could not be looked at')
      for (const runId of runIds) {
        const wait = this.#waits.get(runId)
        if (wait) wait.nextLookAt = performance.now() + LOOK_AGAIN_MS
        this.#endIfLate(runId, startedAt, 'what is stored of it cannot be read', cause)
      }
      return
    }
    const before = this.size
    runIds.forEach((runId, index) => this.#heed(runId, stored[index] ?? { kind: 'missing' }, startedAt))
    if (this.size < before) this.#options.onMissedReply()
  }

  #heed(runId: string, stored: StoredRun, now: number): void {
    const wait = this.#waits.get(runId)
    if (!wait) return
    wait.nextLookAt = performance.now() + wait.lookEveryMs
    switch (stored.kind) {
      case 'settled':
        return this.settle(runId, stored.result)
      case 'unsettled':
        wait.isQueued = true
        wait.isMissing = false
        if (stored.cancelReason !== undefined) this.#options.onUnheardCancel(runId, stored.cancelReason)
        return this.#endIfLate(runId, now, takenBy(stored.takenBy))
      case 'missing':
        if (!wait.isQueued) return this.#endIfLate(runId, now, 'it never got onto the queue')
        // Its reply may lie in the inbox, unread: it is given the time until the next sweep.
        if (wait.isMissing) return this.#fail(runId, lost(runId))
        wait.isMissing = true
        wait.nextLookAt = 0
    }
  }

  async #fetch(runId: string, stowed: StowedOutcome): Promise<void> {
    const wait = this.#waits.get(runId)
    if (!wait || wait.isFetching) return
    wait.isFetching = true
    try {
      const result = await this.#options.fetch(runId, stowed)
      if (this.#waits.get(runId) === wait) this.settle(runId, result)
    } catch (cause) {
      this.#options.logger.debug({ err: cause, run: runId }, 'A stored outcome could not be fetched')
      wait.isFetching = false
      wait.nextLookAt = performance.now() + LOOK_AGAIN_MS
      this.#endIfLate(runId, performance.now(), 'it is stored, but cannot be fetched', cause)
    }
  }

  #endIfLate(runId: string, now: number, why: string, cause?: unknown): void {
    const wait = this.#waits.get(runId)
    if (!wait || wait.deadline > now) return
    const message = `No outcome of run "${runId}" was seen by the deadline of the wait: ${why}`
    this.#fail(runId, new IsolatedRuntimeError('WAIT_TIMED_OUT', message, { cause }))
  }

  #fail(runId: string, error: IsolatedRuntimeError): void {
    this.settle(runId, { kind: 'trouble', error })
  }

  #remove(runId: string): Wait | undefined {
    const wait = this.#waits.get(runId)
    this.#waits.delete(runId)
    if (this.#waits.size === 0) {
      // Nothing that waits, nothing that keeps the process alive.
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    return wait
  }
}

function takenBy(executor: string | undefined): string {
  return executor === undefined ? 'no executor has taken it' : `executor "${executor}" has taken it`
}

function lost(runId: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError(
    'RUN_LOST',
    `Run "${runId}" is no longer on the queue, and no outcome of it is stored: it was removed, or its outcome was not kept for long enough`,
  )
}
