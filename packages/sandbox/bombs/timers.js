// More timers than a run may have pending.
// Expected: failed
// Time limit: 2000 ms
exports.main = () => {
  for (;;) setTimeout(() => {}, 1e9)
}
