// A thread in the middle of it cannot be stopped.
// Expected: timed-out, out-of-memory
// Time limit: 400 ms
exports.main = () => {
  const list = []
  list.length = 2 ** 32 - 1
  list.sort()
}
