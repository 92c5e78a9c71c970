// The same with number formats of many locales.
// Expected: out-of-memory
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (let i = 0; ; i++)
    kept.push(new Intl.NumberFormat(['de', 'ja', 'ar', 'hi'][i % 4], { style: 'unit', unit: 'liter' }))
}
