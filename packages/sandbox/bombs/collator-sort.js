// Sorting by the rules of a language.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () => {
  const words = Array.from({ length: 1e4 }, (_, i) => 'wörd' + ((i * 7919) % 1e4))
  for (;;) words.toSorted(new Intl.Collator('de', { numeric: true }).compare)
}
