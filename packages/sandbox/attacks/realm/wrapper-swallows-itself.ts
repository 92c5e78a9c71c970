import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A module that makes the wrapper give something else than a function',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 12',
  code: `}), ({ apply() {}, call() {}`,
  expected: { status: 'refused', error: { code: 'FILE_NOT_FOUND' } },
}
