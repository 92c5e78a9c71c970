import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Indexes of Array.prototype, and its push, shift and iterator',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 28',
  code: `
    () => ['0', '1', 'push', 'shift', 'pop', Symbol.iterator, 'length']
      .filter((key) => Reflect.defineProperty(Array.prototype, key, { configurable: true, get: () => 'stolen' })).map(String)`,
  expected: { status: 'succeeded', value: [] },
}
