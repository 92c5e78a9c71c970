import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'import() with options whose getters are the attack',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const settled = await Promise.allSettled([
        import('fs', { get with() { throw 1 } }),
        import('fs', { with: { get type() { throw 2 } } }),
        import('fs', { with: { type: 'json' } }),
        import('fs', { with: new Proxy({}, { ownKeys() { throw 3 } }) }),
        import('fs', 5),
        import('fs', { with: { type: {} } }),
      ])
      return [settled.map(({ reason }) => typeof reason === 'number' ? reason : reason.name), secretFrom(...settled)]
    }`,
  expected: { status: 'succeeded', value: [[1, 2, 'TypeError', 3, 'TypeError', 'TypeError'], null] },
}
