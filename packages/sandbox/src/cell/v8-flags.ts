/**
 * Flags of V8 for the process of a cell. They hold for all its threads, and cannot be given to a thread.
 *
 * All but the first are for speed. Every run leaves a realm of some 200 KB behind, which makes V8 collect often, and takes
 * the moments between runs for a chance to begin: together they make a run cheaper by a third.
 */
export const V8_FLAGS: readonly string[] = [
  '--disallow-code-generation-from-strings',
  // Some flags have V8 write files, and others take its checks away: whoever changes one later ends the process.
  '--freeze-flags-after-init',
  // No marking in small steps, which begins anew in each of those moments.
  '--no-incremental-marking',
  // Collect when the heap is eleven times what survived the last time, or half-way from that to the limit of the thread.
  '--heap-growing-percent=1000',
  // One helper for the collector: a cell has a share of a processor, not four.
  '--v8-pool-size=1',
  '--single-threaded-gc',
  // Room for all that starting a thread leaves: no collection then, which would copy nearly all of it, to pages that stay.
  '--min-semi-space-size=2',
]
