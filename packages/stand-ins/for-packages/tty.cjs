'use strict'

module.exports = require('../unavailable.cjs')('tty', 'ReadStream WriteStream', { isatty: () => false })
