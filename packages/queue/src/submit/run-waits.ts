import { IsolatedRuntimeError, type WorkResult } from '@isolated-runtime/protocol'
import type { Logger } from '../logger.ts'
import type { StowedOutcome } from '../payload/run-result.ts'
import { runFieldsOf, runIdOf } from '../run/run-key.ts'
import type { RunResult } from '../payload/run-result.ts'
import type { StoredRun } from './stored-runs.ts'

export interface RunWaitsOptions {
  /** Looks at what is stored of many runs, in their order. */
  readonly look: (jobIds: readonly string[]) => Promise<StoredRun[]>
  /** A result was stored that no reply had told of. */
  readonly onMissedReply: () => void
  /** A run that is to be cancelled has not settled yet. */
  readonly onUnheardCancel: (jobId: string, reason: string) => void
  /** A run waits that no executor has taken. */
  readonly onUntaken?: (jobId: string, expiresAt: number) => void
  /** Fetches an outcome that lies beside its job. */
  readonly fetch: (jobId: string, stowed: StowedOutcome) => Promise<RunResult>
  readonly logger: Logger
}

export interface WaitOptions {
  /** When the wait ends at the latest, by `performance.now()`: the clock on the wall may be set meanwhile. */
  readonly deadline: number
  /** When the run expires if no executor is on the queue, by the same clock. @default never */
  readonly expiresAt?: number | undefined
  /** Milliseconds until what is stored is looked at for the first time, then and again. */
  readonly lookEveryMs: number
  /** Whether the run is known to be on the queue already. */
  readonly isQueued: boolean
}

interface Wait extends WaitOptions {
  readonly promise: Promise<WorkResult>
  readonly resolve: (outcome: WorkResult) => void
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
 * Everybody who waits for a run, by the name of its job. A reply settles a wait at once; one timer for all looks at what is stored of
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
  wait(jobId: string, options: WaitOptions): Promise<WorkResult> {
    const joined = this.#waits.get(jobId)
    if (joined) {
      joined.holders++
      return joined.promise
    }
    const { promise, resolve, reject } = Promise.withResolvers<WorkResult>()
    // Whoever submits and never asks for the outcome has chosen not to hear of it.
    promise.catch(() => undefined)
    const nextLookAt = performance.now() + options.lookEveryMs
    this.#waits.set(jobId, {
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
  queued(jobId: string): void {
    const wait = this.#waits.get(jobId)
    if (wait) wait.isQueued = true
  }

  /** Somebody waits no more, or could not put the run on the queue; others may wait for the one of that id which is there. */
  withdraw(jobId: string, error: IsolatedRuntimeError): void {
    const wait = this.#waits.get(jobId)
    if (!wait || --wait.holders > 0) return
    this.#fail(jobId, error)
  }

  /** Settles a wait; does nothing when it has settled, for the first result counts. */
  settle(jobId: string, result: RunResult): void {
    if (result.kind === 'stowed') return void this.#fetch(jobId, result.stowed)
    const wait = this.#remove(jobId)
    if (result.kind === 'outcome') wait?.resolve(result.outcome)
    else wait?.reject(result.error)
  }

  /** Has what is stored of a run looked at as soon as may be, for it is known to be there; then and again as said. */
  lookSoon(jobId: string, lookEveryMs?: number): void {
    const wait = this.#waits.get(jobId)
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
  rejectAll(error: (jobId: string) => IsolatedRuntimeError): void {
    for (const jobId of this.#waits.keys()) this.#fail(jobId, error(jobId))
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
    for (const [jobId, wait] of this.#waits) {
      if (wait.isFetching) continue
      if (wait.deadline > now && (wait.nextLookAt > now || !wait.isQueued)) continue
      due.push(jobId)
      if (due.length === MAX_LOOKS_A_SWEEP) break
    }
    return due
  }

  async #look(jobIds: readonly string[]): Promise<void> {
    const startedAt = performance.now()
    let stored: StoredRun[]
    try {
      stored = await this.#options.look(jobIds)
    } catch (cause) {
      this.#options.logger.debug(
        { event: 'wait.poll-failed', err: cause },
        'Could not poll the outcomes of waiting runs',
      )
      for (const jobId of jobIds) {
        const wait = this.#waits.get(jobId)
        if (wait) wait.nextLookAt = performance.now() + LOOK_AGAIN_MS
        this.#endIfLate(jobId, startedAt, 'what is stored of it cannot be read', cause)
      }
      return
    }
    const before = this.size
    jobIds.forEach((jobId, index) => this.#heed(jobId, stored[index] ?? { kind: 'missing' }, startedAt))
    if (this.size < before) this.#options.onMissedReply()
  }

  #heed(jobId: string, stored: StoredRun, now: number): void {
    const wait = this.#waits.get(jobId)
    if (!wait) return
    wait.nextLookAt = performance.now() + wait.lookEveryMs
    switch (stored.kind) {
      case 'settled':
        return this.settle(jobId, stored.result)
      case 'unsettled':
        wait.isQueued = true
        wait.isMissing = false
        if (stored.cancelReason !== undefined) this.#options.onUnheardCancel(jobId, stored.cancelReason)
        else if (stored.takenBy === undefined) this.#options.onUntaken?.(jobId, wait.expiresAt ?? Infinity)
        return this.#endIfLate(jobId, now, takenBy(stored.takenBy))
      case 'missing':
        if (!wait.isQueued) return this.#endIfLate(jobId, now, 'it never got onto the queue')
        // Its reply may lie in the inbox, unread: it is given the time until the next sweep.
        if (wait.isMissing) return this.#fail(jobId, lost(jobId))
        wait.isMissing = true
        wait.nextLookAt = 0
    }
  }

  async #fetch(jobId: string, stowed: StowedOutcome): Promise<void> {
    const wait = this.#waits.get(jobId)
    if (!wait || wait.isFetching) return
    wait.isFetching = true
    try {
      const result = await this.#options.fetch(jobId, stowed)
      if (this.#waits.get(jobId) === wait) this.settle(jobId, result)
    } catch (cause) {
      this.#options.logger.debug(
        { event: 'wait.fetch-failed', err: cause, ...runFieldsOf(jobId) },
        'Could not fetch a stored outcome',
      )
      wait.isFetching = false
      wait.nextLookAt = performance.now() + LOOK_AGAIN_MS
      this.#endIfLate(jobId, performance.now(), 'it is stored, but cannot be fetched', cause)
    }
  }

  #endIfLate(jobId: string, now: number, why: string, cause?: unknown): void {
    const wait = this.#waits.get(jobId)
    if (!wait || wait.deadline > now) return
    const message = `No outcome of run "${runIdOf(jobId)}" was seen by the deadline of the wait: ${why}`
    const error = wait.isQueued
      ? new IsolatedRuntimeError('WAIT_TIMED_OUT', message, { cause })
      : new IsolatedRuntimeError('REDIS_UNREACHABLE', neverQueued(jobId), { cause })
    this.#fail(jobId, error)
  }

  #fail(jobId: string, error: IsolatedRuntimeError): void {
    this.settle(jobId, { kind: 'trouble', error })
  }

  #remove(jobId: string): Wait | undefined {
    const wait = this.#waits.get(jobId)
    this.#waits.delete(jobId)
    if (this.#waits.size === 0) {
      // Nothing that waits, nothing that keeps the process alive.
      clearInterval(this.#timer)
      this.#timer = undefined
    }
    return wait
  }
}

function neverQueued(jobId: string): string {
  return `Redis did not take run "${runIdOf(jobId)}" by the deadline of the wait`
}

function takenBy(executor: string | undefined): string {
  return executor === undefined ? 'no executor has taken it' : `executor "${executor}" has taken it`
}

function lost(jobId: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError(
    'RUN_LOST',
    `Run "${runIdOf(jobId)}" is no longer on the queue, and no outcome of it is stored: it was removed, or its outcome was not kept for long enough`,
  )
}
