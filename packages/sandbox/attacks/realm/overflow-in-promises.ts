import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow in promise reactions, executors and thenables',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-cchq-frgv-rjh5',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const caught = []
      const deep = () => deep()
      await Promise.allSettled([new Promise(deep), Promise.resolve().then(deep), { then: deep }, Promise.try(deep), (async () => deep())()])
        .then((settled) => caught.push(...settled.map(({ reason }) => reason)))
      return [caught.map((error) => error instanceof RangeError), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [[true, true, true, true, true], null] },
}
