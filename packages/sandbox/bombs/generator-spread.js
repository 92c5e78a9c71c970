// The spread of a generator that does not end.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  function* endless() {
    for (;;) yield 1
  }
  return [...endless()].length
}
