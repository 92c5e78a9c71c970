import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Builtins called when the stack is almost full',
  reference: 'https://github.com/advisories/GHSA-wf5x-cr3r-xr77',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      const calls = [() => new Intl.DateTimeFormat('de').format(0), () => /(a|b)+/.exec('ab'.repeat(99)), () => JSON.parse('[[[]]]'), () => new Date().toLocaleString(), () => [3, 2, 1].toSorted(), () => Temporal.Now.instant(), () => console.log('x'), () => require('./secret-from.js')]
      function deep() {
        try { deep() } catch (error) {
          if (caught.length < 500) for (const call of calls) try { call() } catch (inner) { caught.push(inner) }
          throw error
        }
      }
      try { deep() } catch (error) { caught.push(error) }
      return [caught.length > 0, caught.every((error) => error instanceof Error), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [true, true, null] },
}
