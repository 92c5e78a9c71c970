'use strict'

const util = require('util/')

util.inspect.custom ??= Symbol.for('nodejs.util.inspect.custom')
util.promisify.custom ??= Symbol.for('nodejs.util.promisify.custom')

// What the package, which is of the time of Node.js 12, does not have.
module.exports = Object.assign(util, {
  TextDecoder,
  TextEncoder,
  debug: util.debuglog,
  isDeepStrictEqual(a, b) {
    try {
      require('assert').deepStrictEqual(a, b)
      return true
    } catch {
      return false
    }
  },
  // oxlint-disable-next-line no-control-regex -- control characters are what it removes
  stripVTControlCharacters: (text) => text.replaceAll(/\u001b\[[\d;?]*[ -/]*[@-~]/g, ''),
  toUSVString: (text) => String(text).toWellFormed(),
})
