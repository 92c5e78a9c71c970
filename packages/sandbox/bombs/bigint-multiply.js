// Squares of squares.
// Expected: timed-out, failed
// Time limit: 400 ms
exports.main = () => {
  let number = 3n
  for (let i = 0; ; i++) number *= number
}
