// V8 aborts the whole process for a single array that outgrows the heap.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) kept.push(1)
}
