import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Temporal, which a thread does not freeze because it has none',
  code: `
    () => ['Temporal' in globalThis, ...Reflect.ownKeys(Date.prototype).filter((key) => String(key).includes('Temporal'))]`,
  expected: { status: 'succeeded', value: [false] },
}
