// Stacks of any depth, kept.
// Expected: out-of-memory, timed-out
// Time limit: 20000 ms
exports.main = () => {
  Error.stackTraceLimit = Infinity
  const kept = []
  const dive = (depth) => {
    kept.push(new Error('x'))
    if (depth > 0) dive(depth - 1)
  }
  for (;;) dive(1_000)
}
