// Costs nothing but the slot.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => new Promise(() => {})
