// A search through a length that nothing is behind.
// Expected: timed-out, failed
// Time limit: 400 ms
exports.main = () => {
  const endless = { length: Number.MAX_SAFE_INTEGER }
  return Array.prototype.indexOf.call(endless, 1)
}
