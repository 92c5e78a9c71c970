'use strict'

function missing(specifier) {
  const error = new Error(`Cannot find module '${specifier}': it was asked for by createRequire()`)
  throw Object.assign(error, { code: 'MODULE_NOT_FOUND' })
}

/** Made by many libraries when they are loaded; what is asked for is known at run time only. */
function createRequire() {
  return Object.assign((specifier) => missing(specifier), { resolve: missing, cache: {} })
}

module.exports = require('../unavailable.cjs')('module', 'Module register registerHooks', {
  builtinModules: [],
  createRequire,
  isBuiltin: () => false,
})
