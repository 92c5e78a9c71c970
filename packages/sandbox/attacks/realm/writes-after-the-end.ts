import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Console lines and imports that come after the run has settled',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      let left = 200
      const later = () => { if (left--) { console.log('after', left); import('x').catch(later) } }
      Promise.resolve().then(later)
      return secretFrom(later)
    }`,
  expected: { status: 'succeeded', value: null },
}
