'use strict'

const { Agent, globalAgent } = require('http')

module.exports = require('../unavailable.cjs')('https', 'Server createServer get request', {
  Agent,
  globalAgent,
})
