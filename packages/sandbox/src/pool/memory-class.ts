import { LIMITS } from '@isolated-runtime/protocol'

/**
 * What a run gets that asks for so much memory, in MB: the next power of two. A cell has threads of one size, so each size
 * would else have cells of its own.
 */
export function memoryClassOf(memoryMb: number): number {
  return Math.max(LIMITS.memoryMb.min, 2 ** Math.ceil(Math.log2(memoryMb)))
}
