import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow while the host compiles a module',
  reference: 'https://github.com/advisories/GHSA-wf5x-cr3r-xr77',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      let next = 0
      function deep() {
        try { deep() } catch (error) {
          caught.push(error)
          if (next < 400) try { require('./lib' + next++ + '.js') } catch (inner) { caught.push(inner) }
          throw error
        }
      }
      try { deep() } catch (error) { caught.push(error) }
      return [caught.length > 100, caught.every((error) => error instanceof Error), secretFrom(...caught)]
    }`,
  files: Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`/lib${n}.js`, `exports.n = ${n}`])),
  expected: { status: 'succeeded', value: [true, true, null] },
}
