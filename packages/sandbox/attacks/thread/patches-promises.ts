import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Promise.prototype.then patched, to catch what Piscina awaits',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 11',
  code: `
    () => {
      const caught = []
      for (const [holder, key] of [[Promise.prototype, 'then'], [Promise, 'resolve'], [globalThis, 'Promise'], [Promise.prototype, 'constructor'], [Promise, Symbol.species]])
        try { Object.defineProperty(holder, key, { value: () => {} }) } catch (error) { caught.push(error.name) }
      return caught
    }`,
  expected: { status: 'succeeded', value: ['TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError'] },
}
