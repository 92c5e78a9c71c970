// The registry of the engine belongs to the thread, not to the realm.
// Expected: out-of-memory, timed-out
// Time limit: 20000 ms
exports.main = () => {
  for (let i = 0; ; i++) Symbol.for('s'.repeat(100) + i)
}
