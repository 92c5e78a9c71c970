// Every character of a long string as a match.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => 'x'.repeat(2 ** 28).match(/x/g).length
