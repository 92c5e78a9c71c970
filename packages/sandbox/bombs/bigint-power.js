// A number of a billion bits.
// Expected: timed-out, failed
// Time limit: 400 ms
exports.main = () => String(3n ** 500_000_000n % 10n)
