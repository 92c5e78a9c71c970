// The plainest one.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  for (;;);
}
