'use strict'

module.exports = require('../../unavailable.cjs')('readline/promises', 'Interface Readline createInterface')
