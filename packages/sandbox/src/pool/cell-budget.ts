import { growthAllowanceMb } from '../cell/memory-allowance.ts'

/** What an executor needs for itself: its own heap, the bundles that it keeps, and what Node.js is. */
const EXECUTOR_MB = 512
/** However little there is, so much of it is for cells that stay. */
const LEAST_SHARE = 0.25

/**
 * How much memory idle cells may hold in all where nothing is said, in MB: that of the machine, less what the executor needs
 * and what runs may come to use at once.
 *
 * @param slots how many runs go on at once
 * @param memoryMb the heap of each, as it is by default
 */
export function defaultCellMemoryMb(machineMb: number, slots: number, memoryMb: number): number {
  const inUse = slots * growthAllowanceMb(1, memoryMb)
  return Math.floor(Math.max(machineMb - EXECUTOR_MB - inUse, machineMb * LEAST_SHARE))
}
