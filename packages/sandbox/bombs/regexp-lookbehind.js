// The same backwards.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => /(?<=^(a+)+)c/.test('b' + 'a'.repeat(40) + 'c')
