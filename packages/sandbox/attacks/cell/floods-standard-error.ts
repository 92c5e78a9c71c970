import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Standard error, which the executor listens to',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = () => { for (let line = 0; line < 200; line++) require('fs').writeSync(2, 'x'.repeat(1000) + '\\n'); return 'said' }`,
  expected: { status: 'succeeded', value: 'said' },
}
