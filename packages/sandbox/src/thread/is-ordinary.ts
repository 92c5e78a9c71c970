import type { ThreadResult } from './thread-report.ts'

/** Whether a run ended as runs of sound code do; the realm of any other is not worth its risk. */
export function isOrdinary(result: ThreadResult): boolean {
  return result.status === 'succeeded' || result.error.code === 'GUEST_ERROR'
}
