// The same with references to groups.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => /^(.*)*(\1)*(\2)*x$/.test('ab'.repeat(30))
