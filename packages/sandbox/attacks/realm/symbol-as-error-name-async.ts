import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The same in an async function, whose rejection the engine makes',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-99p7-6v5w-7xg8',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      async function format() {
        const error = new Error('x')
        error.name = Symbol()
        return error.stack.length >= 0 && error.stack
      }
      const caught = []
      await format().then((stack) => caught.push(stack), (error) => caught.push(error))
      return [typeof caught[0], secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: ['string', null] },
}
