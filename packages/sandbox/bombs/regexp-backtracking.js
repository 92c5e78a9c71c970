// Catastrophic backtracking.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => /(a+)+$/.test('a'.repeat(40) + 'b')
