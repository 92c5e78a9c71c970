'use strict'

module.exports = require('../unavailable.cjs')('trace_events', 'createTracing')
