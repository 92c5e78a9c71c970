import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'prepareStackTrace on Object.prototype and on Function.prototype',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-v27g-jcqj-v8rw',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const sites = []
      Object.prototype.prepareStackTrace = Function.prototype.prepareStackTrace = (_, given) => sites.push(given)
      const stacks = [new Error('x').stack, await import('x').catch((error) => error.stack)]
      try { null.x } catch (error) { stacks.push(error.stack) }
      return [sites.length, stacks.map((stack) => typeof stack), secretFrom(sites, stacks)]
    }`,
  expected: { status: 'succeeded', value: [0, ['string', 'string', 'string'], null] },
}
