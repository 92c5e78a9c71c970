// Termination is no exception: a finally does not run for it.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  outer: for (;;) {
    try {
      for (;;);
    } catch {
      continue outer
    } finally {
      for (;;);
    }
  }
}
