import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Setters on prototypes that the making of a module might hit',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-ch3r-j5x3-6q2m',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const met = []
    for (const name of ['resolve', 'cache', 'parent', 'exports', 'id', 'path', 'filename', 'loaded', 'require', '/other.js'])
      for (const prototype of [Function.prototype, Object.prototype])
        Object.defineProperty(prototype, name, { set(value) { met.push(this, value) }, configurable: true })
    exports.main = () => [require('./other.js'), typeof require.resolve, met.length, secretFrom(...met)]`,
  files: { '/other.js': 'module.exports = "other"' },
  expected: { status: 'succeeded', value: ['other', 'function', 0, null] },
}
