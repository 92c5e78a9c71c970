// An object in dictionary mode.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = {}
  for (let i = 0; ; i++) kept['key' + i] = i
}
