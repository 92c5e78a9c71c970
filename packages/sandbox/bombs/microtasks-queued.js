// The queue of microtasks grows while the function does not end.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  for (let i = 0; ; i++) Promise.resolve(i).then(() => i)
}
