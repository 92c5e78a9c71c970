import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A loop that never ends, outside of any realm',
  code: `
    () => { for (;;); }`,
  limits: { timeoutMs: 150 },
  expected: { status: 'timed-out', error: { code: 'TIMED_OUT' } },
}
