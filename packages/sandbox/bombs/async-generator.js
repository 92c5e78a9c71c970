// Awaiting for ever.
// Expected: timed-out
// Time limit: 400 ms
exports.main = async () => {
  async function* endless() {
    for (;;) yield 1
  }
  for await (const one of endless()) if (one === 2) return
}
