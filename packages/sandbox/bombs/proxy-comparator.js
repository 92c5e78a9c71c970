// A comparator that is a proxy.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () =>
  [3, 1, 2].sort(
    new Proxy(() => 0, {
      apply() {
        for (;;);
      },
    }),
  )
