// One overflow of the stack.
// Expected: failed
// Time limit: 20000 ms
exports.main = () => exports.main()
