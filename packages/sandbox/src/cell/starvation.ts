import { setTimeout as delay } from 'node:timers/promises'
import type { ThreadStatus } from '../thread/status-board.ts'
import type { Threads } from './threads.ts'

/**
 * A run that has come to its time limit is starved if it had less than this share of that time for itself, computing or
 * awaiting: for the rest it waited for a processor.
 */
const LEAST_SHARE = 0.2
/** What an executor sees of the CPU time of a thread may be some 20 ms too little: so much must a starved run have waited. */
const LEAST_WAIT_MS = 100

/** How long a run may go on beyond its time limit in all because it is starved. */
export const MAX_STARVED_MS = 4_000
/** How long it goes on before it is looked at again. */
export const STARVED_STEP_MS = 250

/** How long a thread may take to answer. One that is deep in a function of the engine does not, and has a processor. */
const ASK_MS = 250

/** The times of a run that has come to its limit, in milliseconds. */
export interface TimesOfRun {
  /** For how long its thread had something to do, whether it had a processor or not. */
  readonly busyMs: number
  readonly cpuMs: number
  readonly wallMs: number
  readonly timeoutMs: number
}

/** Whether a run has come to its time limit only because there was no processor for it. */
export function isStarved({ busyMs, cpuMs, wallMs, timeoutMs }: TimesOfRun): boolean {
  const waitedMs = busyMs - cpuMs
  return wallMs >= timeoutMs && waitedMs >= LEAST_WAIT_MS && wallMs - waitedMs < LEAST_SHARE * timeoutMs
}

/** Asks the thread of a run that has come to its time limit whether that {@link isStarved}. */
export async function isStarvedNow(
  threads: Pick<Threads, 'cpuMsOf' | 'idleMsOf'>,
  { seq, idleBefore }: Pick<ThreadStatus, 'seq' | 'idleBefore'>,
  { wallMs, timeoutMs }: Pick<TimesOfRun, 'wallMs' | 'timeoutMs'>,
): Promise<boolean> {
  const busyMs = wallMs - Math.max(0, threads.idleMsOf(seq) - idleBefore)
  // If it awaits for the most part, what it computes does not matter.
  if (!isStarved({ busyMs, cpuMs: 0, wallMs, timeoutMs })) return false
  const asked = new AbortController()
  const late = delay(ASK_MS, undefined, { signal: asked.signal }).catch(() => undefined)
  const cpuMs = await Promise.race([threads.cpuMsOf(seq), late])
  asked.abort()
  return cpuMs !== undefined && isStarved({ busyMs, cpuMs, wallMs, timeoutMs })
}
