// A result over its limit.
// Expected: failed
// Time limit: 60000 ms
exports.main = () => 'x'.repeat(2 ** 24)
