// The function settles; what it leaves behind does not end.
// Expected: succeeded
// Time limit: 60000 ms
exports.main = () => {
  const next = () => Promise.resolve().then(next)
  next()
  return 7
}
