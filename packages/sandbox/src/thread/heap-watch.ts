import { internalBinding } from './internal-binding.ts'

/** Realms that are kept leave at least this share of the heap to the run that needs it. */
const MAX_USED = 0.5

// What `getHeapStatistics` of `node:v8` reads, without the object that it makes each time.
const engine = internalBinding('v8')

/** How much of the heap of this thread is taken, garbage included. */
export function usedHeapMb(): number {
  engine.updateHeapStatisticsBuffer()
  return (engine.heapStatisticsBuffer[engine.kUsedHeapSizeIndex] ?? 0) / 2 ** 20
}

/** Whether the heap of this thread is so full that what is kept for later should go. */
export function isHeapFull(): boolean {
  engine.updateHeapStatisticsBuffer()
  const { [engine.kUsedHeapSizeIndex]: used = 0, [engine.kHeapSizeLimitIndex]: limit = 0 } =
    engine.heapStatisticsBuffer
  return used > limit * MAX_USED
}
