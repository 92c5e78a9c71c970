// Ropes are cheap until somebody looks at a character.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++) {
    const text = 'x'.repeat(2 ** 20) + i
    text.charCodeAt(7)
    kept.push(text)
  }
}
