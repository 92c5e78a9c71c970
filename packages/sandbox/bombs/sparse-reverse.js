// The same by reverse.
// Expected: timed-out, out-of-memory
// Time limit: 400 ms
exports.main = () => {
  const list = [1]
  list.length = 2 ** 32 - 1
  list.reverse()
}
