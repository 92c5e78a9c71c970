import { createHash } from 'node:crypto'
import type { RunMessage } from '@isolated-runtime/protocol'

/** Whether somebody listens to a run, for how long it is waited for and its outcome kept, does not make it another. */
const OF_THE_WAIT: readonly string[] = ['live', 'deadlineMs', 'askedLimits', 'keepOutcomeMs']

/** What a run asks for, in short: two requests of one fingerprint are one and the same, whoever made them and when. */
export function fingerprintOf(
  run: Omit<RunMessage, 'version' | 'replyTo' | 'submittedAt' | 'expiresAt'>,
): string {
  const fields = Object.entries({ ...run, ...run.call, call: undefined }).filter(
    ([key, value]) => value !== undefined && !OF_THE_WAIT.includes(key),
  )
  const text = JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(text).digest('base64url')
}
