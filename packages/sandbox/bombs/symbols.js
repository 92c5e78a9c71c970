// Symbols with descriptions.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(Symbol('s' + i))
}
