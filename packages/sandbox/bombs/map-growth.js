// The table of a Map is one allocation that doubles.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = new Map()
  for (let i = 0; ; i++) kept.set(i, i)
}
