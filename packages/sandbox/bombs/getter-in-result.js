// A getter that does not end, called while the result is made into text.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => ({
  get a() {
    for (;;);
  },
})
