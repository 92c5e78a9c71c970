// A thenable that never calls back.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => ({ then() {} })
