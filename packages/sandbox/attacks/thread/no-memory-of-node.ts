import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Buffer and its pool, where bytes of others may lie',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 23',
  code: `
    () => ['Buffer', 'structuredClone', 'performance', 'crypto', 'Blob', 'File', 'console', 'TextDecoder', 'gc', 'DOMException', 'EventTarget'].filter((name) => name in globalThis)`,
  expected: { status: 'succeeded', value: [] },
}
