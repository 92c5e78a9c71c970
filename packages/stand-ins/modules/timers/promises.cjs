'use strict'

const wait = (start, stop, { signal } = {}) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = () => {
      stop(timer)
      reject(signal.reason)
    }
    const timer = start(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })

const sleep = (delay, options) => wait((done) => setTimeout(() => done(), delay), clearTimeout, options)

exports.setTimeout = async (delay, value, options) => {
  await sleep(delay, options)
  return value
}
exports.setImmediate = async (value, options) => {
  await wait((done) => setImmediate(() => done()), clearImmediate, options)
  return value
}
exports.setInterval = async function* (delay, value, options) {
  for (;;) {
    await sleep(delay, options)
    yield value
  }
}
exports.scheduler = { wait: sleep, yield: () => exports.setImmediate() }
