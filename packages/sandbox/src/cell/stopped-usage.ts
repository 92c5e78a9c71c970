import type { WorkResult } from '@isolated-runtime/protocol'
import { monotonicMs } from '../thread/monotonic-ms.ts'
import type { ThreadStatus } from '../thread/status-board.ts'

/** What a run had used when it was stopped, and when its thread took it up, by {@link monotonicMs}. */
export interface StoppedUsage {
  readonly startedAt: number
  readonly wallMs: number
  readonly cpuMs: number
}

/**
 * What a run has used so far whose thread cannot say it.
 *
 * @param idleMs how long the thread has waited for something to do in all; the rest of the time is a guess at its CPU time
 */
export function usageOf(status: ThreadStatus | undefined, idleMs: number): StoppedUsage {
  if (status === undefined) return { startedAt: monotonicMs(), wallMs: 0, cpuMs: 0 }
  const { startedAt, runStartedAt, idleBefore } = status
  const now = monotonicMs()
  const cpuMs = Math.max(0, now - startedAt - Math.max(0, idleMs - idleBefore))
  return { startedAt: runStartedAt, wallMs: now - runStartedAt, cpuMs }
}

/** An outcome with what its run has used; one that the thread reported knows how long the function took. */
export function withUsage(
  outcome: WorkResult,
  { wallMs, cpuMs }: Omit<StoppedUsage, 'startedAt'>,
): WorkResult {
  return { ...outcome, usage: { ...outcome.usage, wallMs: outcome.usage.wallMs || wallMs, cpuMs } }
}
