// Each holds hundreds of KB outside the heap.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(new Intl.DateTimeFormat())
}
