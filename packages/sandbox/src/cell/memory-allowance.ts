/**
 * What the old generation of a thread may hold on top of the limit of its guests: the thread itself, 5, and dead realms,
 * so that V8 need not collect them so often (decision 4).
 */
export const HEAP_SLACK_MB = 32

/**
 * What V8 needs for a thread besides its old generation: the young one, compiled code, and garbage that it has not
 * come round to collecting. Ordinary programs were seen to need up to 70. And the thread itself, 12: it may be started
 * later than its cell.
 */
const THREAD_SLACK_MB = 108

/**
 * How much more memory than at its start, in MB, a cell may hold: for each thread its heap, as much again for what its
 * run keeps outside of it (typed arrays, `Intl`), and the slack of both.
 */
export function growthAllowanceMb(threads: number, memoryMb: number): number {
  return threads * (2 * memoryMb + HEAP_SLACK_MB + THREAD_SLACK_MB)
}

/**
 * How much, in MB, a run may be seen to hold outside of the heap of its thread, such as typed arrays: its limit, and
 * garbage. V8 collects when what was allocated outside since it last did comes to half of the heap's limit; the last
 * allocation comes on top.
 */
export function outsideAllowanceMb(memoryMb: number): number {
  const garbageMb = (memoryMb + HEAP_SLACK_MB) / 2
  return memoryMb + garbageMb + HEAP_SLACK_MB / 2
}

/** The figures that were seen and allowed, as the last words of a cell that ends itself. */
export function memoryLastWords(residentMb: number, allowedMb: number): string {
  return `Resident memory: ${Math.round(residentMb)} MB, allowed: ${Math.round(allowedMb)} MB`
}

/** What {@link memoryLastWords} said, if these are its words. */
export function parseMemoryLastWords(text: string): { residentMb: number; allowedMb: number } | undefined {
  const match = /^Resident memory: (\d+) MB, allowed: (\d+) MB$/m.exec(text)
  return match === null ? undefined : { residentMb: Number(match[1]), allowedMb: Number(match[2]) }
}
