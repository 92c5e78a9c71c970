// The same by fill.
// Expected: out-of-memory, timed-out, failed
// Time limit: 3000 ms
exports.main = () => Array(2 ** 32 - 1).fill(0).length
