// One overflow of the stack.
// Expected: failed
// Time limit: 60000 ms
exports.main = () => exports.main()
