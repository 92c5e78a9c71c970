// In a static block of a class.
// Expected: timed-out
// Time limit: 400 ms
exports.Endless = class {
  static {
    for (;;);
  }
}
