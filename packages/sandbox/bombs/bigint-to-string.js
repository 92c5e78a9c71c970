// A number of millions of digits as text.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  const number = 7n ** 3_000_000n
  for (;;) number.toString()
}
