import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Finalizers that spin, of a run that is over',
  reference: 'https://github.com/tc39/proposal-weakrefs',
  code: `
    const kept = []
    exports.main = () => {
      const registry = new FinalizationRegistry(() => { for (;;); })
      kept.push(registry)
      for (let index = 0; index < 1e4; index++) registry.register({}, index)
      // Enough garbage that the collector runs before the function returns.
      for (let index = 0; index < 200; index++) new Array(1e5).fill({})
      return kept.length
    }`,
  realm: 'warm',
  expected: { status: 'succeeded', value: 1 },
}
