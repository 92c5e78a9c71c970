import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'import() when there is no stack left',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-cchq-frgv-rjh5',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const caught = []
      const promises = []
      function deep() {
        try { promises.push(import('fs')); deep() } catch (error) { caught.push(error) }
      }
      deep()
      for (const promise of promises) await promise.catch((error) => caught.push(error))
      return [caught.every((error) => error instanceof Error), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
