// A result a thousand times as long as the input.
// Expected: failed, out-of-memory
// Time limit: 60000 ms
exports.main = () => 'x'.repeat(2 ** 20).replaceAll('x', 'y'.repeat(2 ** 10)).length
