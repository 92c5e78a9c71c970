// Four billion separators.
// Expected: timed-out, failed, out-of-memory
// Time limit: 400 ms
exports.main = () => Array(2 ** 32 - 1).join('x').length
