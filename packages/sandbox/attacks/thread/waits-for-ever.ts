import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Atomics.wait, to hold the thread',
  code: `
    () => Atomics.wait(new Int32Array(4), 0, 0)`,
  expected: { status: 'failed', error: { name: 'TypeError' } },
}
