// Lines without end: they are capped and counted.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  for (;;) console.log('x'.repeat(1_000))
}
