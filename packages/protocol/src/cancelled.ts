import { inspect } from 'node:util'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import type { Unsuccessful } from './outcome.ts'
import { unsuccessful } from './unsuccessful.ts'
import type { Usage } from './usage.ts'

const MAX_REASON_CHARS = 1_000

/**
 * Says in words why something was cancelled; longer ones are cut. A reason may be anything, also what cannot be turned
 * into text.
 *
 * @returns `''` where no reason was given
 */
export function cancelReason(reason: unknown): string {
  const text = wordsOf(reason)
  return text.length > MAX_REASON_CHARS ? `${text.slice(0, MAX_REASON_CHARS)}…` : text
}

function wordsOf(reason: unknown): string {
  if (reason === undefined) return ''
  if (typeof reason === 'string') return reason
  // The message of an error may be anything as well.
  if (reason instanceof Error && typeof reason.message === 'string') return reason.message
  return inspect(reason, { depth: 0 })
}

/** The outcome of a run that was cancelled, for a reason in the words of {@link cancelReason}. */
export function cancelled(reason: string, usage?: Partial<Usage>): Unsuccessful {
  const message = reason === '' ? 'The run was cancelled' : `The run was cancelled: ${reason}`
  return unsuccessful('cancelled', new IsolatedRuntimeError('RUN_CANCELLED', message), usage)
}
