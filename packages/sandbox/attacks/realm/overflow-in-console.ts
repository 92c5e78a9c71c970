import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow inside console',
  reference: 'https://github.com/advisories/GHSA-ch3r-j5x3-6q2m',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      function deep(level) {
        try { console.log(level); console.error({ level }); deep(level + 1) } catch (error) { caught.push(error) }
      }
      deep(0)
      return [caught.length > 0, caught.every((error) => error instanceof RangeError), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [true, true, null] },
}
