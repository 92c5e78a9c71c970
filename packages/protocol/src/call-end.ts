import { z } from 'zod'
import { cancelled, cancelReason } from './cancelled.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import type { Unsuccessful, WorkResult } from './outcome.ts'
import { unsuccessful } from './unsuccessful.ts'

/** The field of requests that bounds a call. */
export const deadlineFields = {
  /**
   * How long the call may take from here until it settles, in milliseconds: packing, deploying, waiting, all attempts. The
   * run is over by then too. @default no bound but that of the wait
   */
  deadlineMs: z
    .int()
    .min(1)
    .max(2 ** 31 - 1)
    .optional(),
}

/** How long the outcome of a run that is ended may be on its way before the call settles without it, in milliseconds. */
const OUTCOME_GRACE_MS = 250

/** What ends a call before its outcome is there: a signal of the caller, its deadline, or nothing. */
export interface CallEnd extends Disposable {
  /** `undefined` where nothing ends the call. */
  readonly signal: AbortSignal | undefined
  /** By `performance.now()`. */
  readonly deadlineAt: number | undefined
}

/** Begins to count the time of a call; disposing of the result ends that. */
export function callEndOf(deadlineMs: number | undefined, given: AbortSignal | undefined): CallEnd {
  if (deadlineMs === undefined)
    return { signal: given, deadlineAt: undefined, [Symbol.dispose]: () => undefined }
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(deadlineExceeded()), deadlineMs)
  const signal = given === undefined ? deadline.signal : AbortSignal.any([given, deadline.signal])
  const deadlineAt = performance.now() + deadlineMs
  return { signal, deadlineAt, [Symbol.dispose]: () => clearTimeout(timer) }
}

/** The error for a call that has not settled within its deadline. */
export function deadlineExceeded(): IsolatedRuntimeError {
  const message = 'The call was not over within its "deadlineMs"; raise it, or leave it out'
  return new IsolatedRuntimeError('DEADLINE_EXCEEDED', message)
}

/** The outcome of a run whose deadline has passed, with what is known of it otherwise. */
export function pastDeadline(error: IsolatedRuntimeError, known?: WorkResult): Unsuccessful {
  const outcome = unsuccessful('timed-out', error, known?.usage)
  return known === undefined || known.status === 'reported'
    ? outcome
    : { ...outcome, logs: known.logs, logsDropped: known.logsDropped }
}

/** The outcome of a call that its signal has ended; `known` is that of its run, if that is there. */
export function endedBy(signal: AbortSignal): Unsuccessful
export function endedBy<Result extends WorkResult>(
  signal: AbortSignal,
  known: Result | undefined,
): Result | Unsuccessful
export function endedBy(signal: AbortSignal, known?: WorkResult): WorkResult {
  const reason: unknown = signal.reason
  const isDeadline = reason instanceof IsolatedRuntimeError && reason.code === 'DEADLINE_EXCEEDED'
  if (!isDeadline) return known ?? cancelled(cancelReason(reason), { attempts: 0 })
  const isOver = known !== undefined && known.status !== 'cancelled' && known.status !== 'expired'
  return isOver ? known : pastDeadline(reason, known ?? cancelled('', { attempts: 0 }))
}

/** Settles as `promise` does, or with what `end` gives as soon as the signal is aborted; the promise goes on unwatched. */
export async function unlessEnded<T, E>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  end: (signal: AbortSignal) => E,
): Promise<T | E> {
  if (signal === undefined) return promise
  const ended = Promise.withResolvers<E>()
  const onAbort = (): void => ended.resolve(end(signal))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([ended.promise, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
    // It may reject when nobody listens any more.
    promise.catch(() => undefined)
  }
}

/** Settles as `promise` does. @throws `RUN_CANCELLED` as soon as the signal is aborted */
export async function unlessCancelled<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const ended = Symbol('ended')
  const result = await unlessEnded<T, typeof ended>(promise, signal, () => ended)
  if (result !== ended) return result
  const why = cancelReason(signal?.reason)
  throw new IsolatedRuntimeError('RUN_CANCELLED', `The call was cancelled${why === '' ? '' : `: ${why}`}`)
}

/**
 * The outcome of a run that is cancelled when the signal is aborted: the one that is stored of it if that comes soon, else
 * one that is made here.
 *
 * @param onEnd called once when the signal is aborted before the outcome is there
 */
export async function outcomeUnlessEnded<Result extends WorkResult>(
  outcome: Promise<Result>,
  signal: AbortSignal | undefined,
  onEnd: () => void = () => undefined,
): Promise<Result | Unsuccessful> {
  if (signal === undefined) return outcome
  const ended = Symbol('ended')
  const first = await unlessEnded(outcome, signal, () => ended)
  if (typeof first !== 'symbol') return signal.aborted ? endedBy(signal, first) : first
  onEnd()
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), OUTCOME_GRACE_MS)
  try {
    return endedBy(signal, await Promise.race([outcome, late.promise]))
  } finally {
    clearTimeout(timer)
  }
}
