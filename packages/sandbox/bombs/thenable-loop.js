// A `then` that does not return.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => ({
  get then() {
    for (;;);
  },
})
