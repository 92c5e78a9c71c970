import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Standard error, which the executor listens to',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = () => { 
      const line = 'x'.repeat(1000) + '\\n'
      // A full pipe refuses.
      for (let lines = 0; lines < 200; lines++) try { require('fs').writeSync(2, line) } catch { break }
      return 'said'
    }`,
  expected: { status: 'succeeded', value: 'said' },
}
