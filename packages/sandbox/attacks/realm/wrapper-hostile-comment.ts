import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A comment that would swallow the end of the wrapper',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 12',
  code: `exports.main = () => 'kept' //`,
  expected: { status: 'succeeded', value: 'kept' },
}
