'use strict'

module.exports = require('../unavailable.cjs')('cluster', 'Worker disconnect fork setupMaster setupPrimary')
