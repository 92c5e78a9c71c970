// A buffer that grows in place.
// Expected: out-of-memory, failed
// Time limit: 60000 ms
exports.main = () => {
  const kept = []
  for (;;) {
    const buffer = new ArrayBuffer(8, { maxByteLength: 2 ** 28 })
    buffer.resize(2 ** 28)
    new Uint8Array(buffer).fill(1)
    kept.push(buffer)
  }
}
