// The longest spans there are.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  const first = Temporal.PlainDate.from('-271821-04-20')
  const last = Temporal.PlainDate.from('+275760-09-13')
  for (;;) first.until(last, { largestUnit: 'months' })
}
