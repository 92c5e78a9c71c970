// A text of ten million brackets.
// Expected: failed, out-of-memory
// Time limit: 60000 ms
exports.main = () => JSON.parse('['.repeat(1e7) + ']'.repeat(1e7))
