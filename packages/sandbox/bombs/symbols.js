// Symbols with descriptions.
// Expected: out-of-memory
// Time limit: 20000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(Symbol('s' + i))
}
