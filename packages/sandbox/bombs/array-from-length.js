// As many slots as an array can have.
// Expected: out-of-memory, timed-out, failed
// Time limit: 20000 ms
exports.main = () => Array.from({ length: 2 ** 32 - 1 }, (_, i) => i).length
