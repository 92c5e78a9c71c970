// Large arrays, each more than the young generation.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(new Array(2 ** 20).fill(i))
}
