/**
 * Flags of V8 for the process of a cell. They hold for all its threads, and cannot be given to a thread.
 *
 * Every run leaves a realm behind, and V8 takes that as a hint to start marking the heap in the idle moments between
 * runs, of which there is one per run: without that a run costs a quarter less. `npm run bench -- sandbox` shows it.
 */
export const V8_FLAGS: readonly string[] = [
  '--disallow-code-generation-from-strings',
  '--no-incremental-marking',
  // One helper for the collector: a cell has a share of a processor, not four.
  '--v8-pool-size=1',
]
