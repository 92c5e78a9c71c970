// Memory outside the heap, which the heap limit of a thread does not count.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(new Uint8Array(2 ** 26).fill(1))
}
