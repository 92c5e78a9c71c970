// Waits, and gives how late its timer was, in milliseconds.
exports.quiet = async (ms) => {
  const dueAt = performance.now() + ms
  await new Promise((resolve) => setTimeout(resolve, ms))
  return performance.now() - dueAt
}
