import { getHeapStatistics } from 'node:v8'

/** Realms that are kept leave at least this share of the heap to the run that needs it. */
const MAX_USED = 0.5

/** Whether the heap of this thread is so full that what is kept for later should go. */
export function isHeapFull(): boolean {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
  return used > limit * MAX_USED
}
