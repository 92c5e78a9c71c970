// Dates as text, kept.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(new Date(i * 1e6).toISOString().repeat(99).split(''))
}
