'use strict'

module.exports = require('readable-stream').Stream.promises
