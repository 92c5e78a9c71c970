// CPU time in small portions.
// Expected: timed-out
// Time limit: 400 ms
exports.main = async () => {
  for (;;) {
    await null
    for (let i = 0; i < 1e4; i++);
  }
}
