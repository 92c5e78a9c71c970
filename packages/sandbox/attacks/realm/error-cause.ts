import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Error.cause of everything that can be caught',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-55hx-c926-fr95',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const caught = []
      for (const cause of [() => require('x'), () => import('x'), () => null.x, () => new Intl.Locale(''), () => JSON.parse('{'), () => Temporal.Instant.from('x'), () => decodeURI('%'), () => new RegExp('(')])
        try { await cause() } catch (error) { caught.push(error, error.cause) }
      return [caught.length, secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [16, null] },
}
