'use strict'

module.exports = require('../unavailable.cjs')('domain', 'Domain create createDomain')
