import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow while error.stack is formatted',
  reference: 'https://github.com/advisories/GHSA-4w2j-2rg4-5mjw',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      function deep() {
        try { new Error('x').stack; deep() } catch (error) { caught.push(error) }
      }
      deep()
      return [caught.every((error) => error instanceof RangeError), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
