'use strict'

const names = 'Interface clearLine clearScreenDown createInterface cursorTo emitKeypressEvents moveCursor'

module.exports = require('../unavailable.cjs')('readline', names)
