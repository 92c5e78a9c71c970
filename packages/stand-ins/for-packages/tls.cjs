'use strict'

const names =
  'SecureContext Server TLSSocket checkServerIdentity connect createSecureContext createServer getCiphers'

module.exports = require('../unavailable.cjs')('tls', names)
