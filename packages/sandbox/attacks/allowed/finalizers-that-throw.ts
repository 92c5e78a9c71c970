import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A finalizer that throws while its run is under way: the failure of the run, not of the thread',
  code: `
    exports.main = async () => {
      const registry = new FinalizationRegistry(() => { throw new RangeError('finalizer') })
      registry.register({})
      for (;;) {
        for (let index = 0; index < 20; index++) new Array(1e5).fill({})
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }`,
  limits: { timeoutMs: 10_000 },
  expected: { status: 'failed', error: { code: 'GUEST_ERROR', name: 'RangeError', message: 'finalizer' } },
}
