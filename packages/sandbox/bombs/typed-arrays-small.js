// The same in small pieces.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(new Float64Array(2 ** 14).fill(i))
}
