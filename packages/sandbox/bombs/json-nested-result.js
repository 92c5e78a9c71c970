// A result too deep to be sent.
// Expected: failed, out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  let list = []
  for (let i = 0; i < 1e6; i++) list = [list]
  return list
}
