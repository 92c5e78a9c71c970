// The same for a Set.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = new Set()
  for (let i = 0; ; i++) kept.add(i)
}
