// Arguments from an iterator that does not end.
// Expected: out-of-memory, failed
// Time limit: 60000 ms
exports.main = () => Math.max(...{ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) })
