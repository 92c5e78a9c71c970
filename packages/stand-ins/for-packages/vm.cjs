'use strict'

const names = 'Script compileFunction createContext isContext runInContext runInNewContext runInThisContext'

module.exports = require('../unavailable.cjs')('vm', names)
