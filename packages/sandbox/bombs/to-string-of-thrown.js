// A text of itself.
// Expected: failed
// Time limit: 60000 ms
exports.main = () => {
  throw {
    toString() {
      return String(this)
    },
  }
}
