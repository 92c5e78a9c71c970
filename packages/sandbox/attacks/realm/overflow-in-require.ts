import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow inside require',
  reference: 'https://github.com/advisories/GHSA-wf5x-cr3r-xr77',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      let deepest
      function deep(level) {
        try { require('./lib' + (level % 7) + '.js'); deep(level + 1) } catch (error) { caught.push(error); deepest ??= error }
      }
      deep(0)
      return [caught.length > 0, caught.every((error) => error instanceof Error), secretFrom(...caught)]
    }`,
  files: {
    '/lib0.js': 'exports.a = {}',
    '/lib1.js': 'exports.a = {}',
    '/lib2.js': 'exports.a = {}',
    '/lib3.js': 'exports.a = {}',
    '/lib4.js': 'exports.a = {}',
    '/lib5.js': 'exports.a = {}',
    '/lib6.js': 'exports.a = {}',
  },
  expected: { status: 'succeeded', value: [true, true, null] },
}
