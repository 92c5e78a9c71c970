'use strict'

module.exports = require('../unavailable.cjs')('repl', 'REPLServer start')
