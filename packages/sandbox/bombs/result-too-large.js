// A result over its limit.
// Expected: failed
// Time limit: 20000 ms
exports.main = () => 'x'.repeat(2 ** 24)
