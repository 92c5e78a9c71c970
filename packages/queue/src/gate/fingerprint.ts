import { createHash } from 'node:crypto'
import type { RunMessage } from '@isolated-runtime/protocol'

/** What a run asks for, in short: two requests of one fingerprint are one and the same, whoever made them and when. */
export function fingerprintOf(
  run: Omit<RunMessage, 'version' | 'replyTo' | 'submittedAt' | 'expiresAt'>,
): string {
  const fields = Object.entries(run).filter(([, value]) => value !== undefined)
  const text = JSON.stringify(fields.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(text).digest('base64url')
}
