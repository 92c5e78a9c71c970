// An array that doubles.
// Expected: out-of-memory, failed
// Time limit: 60000 ms
exports.main = () => {
  let list = [1]
  for (let i = 0; ; i++) list = list.concat(list)
}
