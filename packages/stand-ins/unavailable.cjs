'use strict'

/**
 * A module of Node.js that no guest can have, so that packages which ask for it load: each function throws when it is
 * called, and not before.
 */
module.exports = function unavailable(module, names, values = {}) {
  const functions = names.split(' ').map((name) => [name, unavailableFunction(`${module}.${name}`)])
  return { ...Object.fromEntries(functions), ...values }
}

function unavailableFunction(name) {
  return function () {
    const error = new Error(`${name} is built into Node.js, and guests do not have it`)
    error.code = 'ERR_METHOD_NOT_IMPLEMENTED'
    throw error
  }
}
