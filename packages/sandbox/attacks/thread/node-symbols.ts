import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbols by which Node.js asks objects for code',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-47x8-96vw-5wg6',
  code: `
    () => ['nodejs.util.inspect.custom', 'nodejs.rejection', 'nodejs.util.promisify.custom', 'Piscina.valueOf', 'Piscina.transferable']
      .filter((name) => Reflect.defineProperty(Object.prototype, Symbol.for(name), { value: () => {} }))`,
  expected: { status: 'succeeded', value: [] },
}
