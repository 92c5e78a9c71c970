'use strict'

module.exports = require('../unavailable.cjs')('dgram', 'Socket createSocket')
