'use strict'

const names =
  'Resolver getServers lookup lookupService resolve resolve4 resolve6 resolveMx resolveNs resolveSrv resolveTxt reverse setServers'

module.exports = require('../unavailable.cjs')('dns', names)
