// A text of itself.
// Expected: failed
// Time limit: 20000 ms
exports.main = () => {
  throw {
    toString() {
      return String(this)
    },
  }
}
