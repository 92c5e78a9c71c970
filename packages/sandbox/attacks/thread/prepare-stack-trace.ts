import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Error.prepareStackTrace of the thread, to be given call sites of Node.js',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-mrgp-mrhc-5jrq',
  code: `
    () => {
      'use strict'
      const caught = []
      for (const act of [() => { Error.prepareStackTrace = (_, sites) => sites }, () => Object.defineProperty(Error, 'prepareStackTrace', { value: (_, sites) => sites }), () => { Object.prototype.prepareStackTrace = (_, sites) => sites }])
        try { act() } catch (error) { caught.push(error.name) }
      return [caught, new Error('x').stack]
    }`,
  expected: { status: 'succeeded', value: [['TypeError', 'TypeError', 'TypeError'], ''] },
}
