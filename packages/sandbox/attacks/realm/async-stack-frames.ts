import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Frames of the host behind awaits, promise combinators and thenables',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-v27g-jcqj-v8rw',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const stacks = []
      const inner = async () => { await null; stacks.push(new Error('x').stack) }
      await Promise.all([inner(), Promise.any([inner()]), { then(resolve) { stacks.push(new Error('z').stack); resolve() } }])
      return [stacks.length, stacks.filter((stack) => /node:|file:|prelude|piscina/.test(stack))]
    }`,
  expected: { status: 'succeeded', value: [3, []] },
}
