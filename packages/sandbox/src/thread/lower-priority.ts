import { getPriority, setPriority } from 'node:os'

/** In steps of "nice": a thread gets two fifths of the processor time of one that is not lowered. */
export const GUEST_STEPS = 4
/** The lowest priority that there is. */
export const LOWEST_PRIORITY = 19

/**
 * Has this thread give way to those that keep the time of its runs: the main threads of its cell and of the executor.
 * Where guests want more than there is, their limits are enforced in time all the same. Where they do not, it changes
 * nothing.
 */
export function lowerPriority(): void {
  // Elsewhere a thread has no priority of its own: it would be that of the whole cell, and sink with each new thread.
  if (process.platform !== 'linux') return
  setPriority(0, Math.min(LOWEST_PRIORITY, getPriority(0) + GUEST_STEPS))
}
