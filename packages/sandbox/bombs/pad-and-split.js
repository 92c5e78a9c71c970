// One string of 256 MB, then its characters.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => 'x'.padEnd(2 ** 28).split('')
