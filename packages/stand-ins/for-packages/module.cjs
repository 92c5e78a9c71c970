'use strict'

module.exports = require('../unavailable.cjs')('module', 'Module createRequire register registerHooks', {
  builtinModules: [],
  isBuiltin: () => false,
})
