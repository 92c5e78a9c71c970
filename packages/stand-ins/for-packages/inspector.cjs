'use strict'

module.exports = require('../unavailable.cjs')('inspector', 'Session close open')
