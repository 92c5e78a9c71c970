// A message that does not end.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  throw {
    get message() {
      for (;;);
    },
  }
}
