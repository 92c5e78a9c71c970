// Bound here because a locked-down thread has no `process` any more.
const hrtime = process.hrtime.bind(process)

/** The machine's monotonic clock, the same in all threads of a process, in milliseconds. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}
