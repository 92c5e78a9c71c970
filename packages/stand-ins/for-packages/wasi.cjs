'use strict'

module.exports = require('../unavailable.cjs')('wasi', 'WASI')
