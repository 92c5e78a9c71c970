// The rest of an iterator that does not end.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const [, ...rest] = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: {} }) }) }
  return rest.length
}
