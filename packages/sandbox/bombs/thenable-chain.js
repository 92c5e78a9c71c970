// A thenable that resolves with a thenable, for ever.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  const endless = { then: (resolve) => resolve(endless) }
  return endless
}
