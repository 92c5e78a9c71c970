// A character that becomes eighteen.
// Expected: timed-out, failed, out-of-memory
// Time limit: 400 ms
exports.main = () => {
  for (;;) '\uFDFA'.repeat(1e6).normalize('NFKD')
}
