// Address space without memory behind it.
// Expected: failed, out-of-memory, timed-out
// Time limit: 2000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(new ArrayBuffer(2 ** 31))
}
