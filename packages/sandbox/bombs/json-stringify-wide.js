// V8 aborts while it builds the text.
// Expected: out-of-memory, failed, timed-out
// Time limit: 20000 ms
exports.main = () => JSON.stringify(Array(2 ** 26).fill('x'.repeat(28)))
