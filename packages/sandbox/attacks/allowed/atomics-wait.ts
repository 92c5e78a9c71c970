import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Atomics.wait without end: a thread that sleeps costs no CPU time',
  code: 'exports.main = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  limits: { timeoutMs: 200 },
  expected: { status: 'timed-out', error: { code: 'TIMED_OUT' } },
}
