import { createHash } from 'node:crypto'
import type { RunMessage } from '@isolated-runtime/protocol'

/** Whether somebody listens to a run does not make it another. */
const LISTENING = 'live'

/** What a run asks for, in short: two requests of one fingerprint are one and the same, whoever made them and when. */
export function fingerprintOf(
  run: Omit<RunMessage, 'version' | 'replyTo' | 'submittedAt' | 'expiresAt'>,
): string {
  const fields = Object.entries(run).filter(([key, value]) => value !== undefined && key !== LISTENING)
  const text = JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(text).digest('base64url')
}
