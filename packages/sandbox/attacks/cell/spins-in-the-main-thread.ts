import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A loop that never ends, in the main thread of the cell',
  code: `
    exports.main = () => { for (;;); }`,
  limits: { timeoutMs: 100 },
  expected: { status: 'timed-out', error: { code: 'TIMED_OUT' } },
}
