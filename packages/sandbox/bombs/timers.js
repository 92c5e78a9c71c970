// As many timers as fit, if there are any.
// Expected: out-of-memory, timed-out
// Time limit: 2000 ms
exports.main = () => {
  if (typeof setTimeout !== 'function') for (;;);
  for (;;) setTimeout(() => {}, 1e9)
}
