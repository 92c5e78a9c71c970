// Each closure keeps the scope of the one before.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  let last = () => 0
  for (let i = 0; ; i++) {
    const before = last
    last = () => [before, i]
  }
}
