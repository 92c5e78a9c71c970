'use strict'

const os = require('os-browserify')

module.exports = {
  ...os,
  availableParallelism: () => 1,
  constants: { signals: {}, errno: {} },
  devNull: '/dev/null',
}
