// One overflow of the stack after the other.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  const dive = () => dive()
  for (;;) {
    try {
      dive()
    } catch {}
  }
}
