// Microtasks that make microtasks.
// Expected: timed-out
// Time limit: 400 ms
exports.main = () =>
  new Promise(() => {
    const next = () => Promise.resolve().then(next)
    next()
  })
