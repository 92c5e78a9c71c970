import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbols that Node.js itself asks objects for',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-47x8-96vw-5wg6',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const asked = []
    for (const name of ['nodejs.util.promisify.custom', 'nodejs.rejection', 'nodejs.dispose', 'nodejs.util.inspect.custom', 'nodejs.stream.readable', 'Piscina.valueOf', 'Piscina.transferable'])
      for (const { prototype } of [Object, Function, Promise])
        Object.defineProperty(prototype, Symbol.for(name), { configurable: true, get() { asked.push(name, this) } })
    exports.main = async () => { await null; console.log(1); return [asked.length, secretFrom(...asked)] }`,
  expected: { status: 'succeeded', value: [0, null] },
}
