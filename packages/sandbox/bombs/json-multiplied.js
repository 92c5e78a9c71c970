// Shared parts that multiply when they become text.
// Expected: failed, out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  let value = 'x'.repeat(100)
  for (let i = 0; i < 40; i++) value = [value, value]
  return value
}
