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
