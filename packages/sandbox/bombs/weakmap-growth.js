// The keys are alive, so the weak table grows too.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  const weak = new WeakMap()
  for (let i = 0; ; i++) {
    const key = {}
    kept.push(key)
    weak.set(key, i)
  }
}
