'use strict'

module.exports = function assert(condition) {
  if (!condition) throw new Error('Piscina finds a condition unmet')
}

module.exports.notStrictEqual = (value, other) => module.exports(value !== other)
