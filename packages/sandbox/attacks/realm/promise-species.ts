import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbol.species of the promise that main returns',
  reference: 'https://github.com/advisories/GHSA-cchq-frgv-rjh5',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    class Thief extends Promise {
      constructor(executor) { super((resolve, reject) => { seen.push(resolve, reject, executor); executor(resolve, reject) }) }
    }
    exports.main = () => {
      const promise = Promise.resolve().then(() => ({ get left() { return [seen.length, secretFrom(...seen)] } }))
      promise.constructor = { [Symbol.species]: Thief }
      return promise
    }`,
  expected: { status: 'succeeded', value: { left: [3, null] } },
}
