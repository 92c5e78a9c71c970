// A thread that is deep in a function of the engine.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  const text = '[' + '1,'.repeat(1e6) + '1]'
  for (;;) JSON.parse(text)
}
