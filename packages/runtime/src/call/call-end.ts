import {
  cancelReason,
  deadlineExceeded,
  endedBy,
  IsolatedRuntimeError,
  type Unsuccessful,
  type WorkResult,
} from '@isolated-runtime/protocol'

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
