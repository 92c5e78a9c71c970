// A promise nobody settles is an object like any other.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(new Promise(() => {}))
}
