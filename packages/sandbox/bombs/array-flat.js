// Shared parts that multiply when they are flattened.
// Expected: out-of-memory, failed
// Time limit: 60000 ms
exports.main = () => {
  let list = [1, 2, 3, 4]
  for (let i = 0; i < 20; i++) list = [list, list, list]
  return list.flat(Infinity).length
}
