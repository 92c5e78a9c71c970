import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'a property that a neighbour has under a registered symbol',
  code: `
    () => [globalThis, Array.prototype, Object.prototype, Symbol, JSON, Math]
      .map((object) => object[Symbol.for('secret of the neighbour')] ?? null)
      .filter((value) => value !== null)`,
  expected: { status: 'succeeded', value: [] },
}
