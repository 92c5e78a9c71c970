// Proxies of proxies.
// Expected: timed-out, failed, out-of-memory
// Time limit: 400 ms
exports.main = () => {
  let value = {}
  for (let i = 0; i < 1e5; i++) value = new Proxy(value, {})
  for (;;) {
    try {
      if (value.a === 1) return
    } catch {}
  }
}
