'use strict'

module.exports = require('browserify-zlib')
