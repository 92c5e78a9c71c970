// A string has a largest length; the engine throws.
// Expected: failed
// Time limit: 60000 ms
exports.main = () => {
  let text = 'x'
  for (let i = 0; ; i++) text += text
}
