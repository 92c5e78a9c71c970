// A proxy with ever more keys.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () =>
  new Proxy(
    {},
    {
      ownKeys() {
        for (;;);
      },
    },
  )
