import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'What hangs on console and on its methods',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-p5gc-c584-jj6v',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const found = Reflect.ownKeys(console).map((key) => console[key])
      const errors = []
      for (const method of found) {
        for (const act of [() => new method(), () => method.constructor('return process')(), () => method.call(null, Symbol())])
          try { errors.push(act()) } catch (error) { errors.push(error) }
      }
      return [found.length > 0, secretFrom(console, ...found, ...errors)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
