import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'require entered again from a getter of the module it is loading',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      globalThis.enter = () => require('./again.js')
      let error
      try { require('./again.js') } catch (thrown) { error = thrown }
      return [error?.name ?? 'cut', secretFrom(error)]
    }`,
  files: {
    '/again.js':
      'globalThis.depth = (globalThis.depth ?? 0) + 1; if (depth < 5000) { delete require("./x.js").y; Object.defineProperty(exports, "a", { get: enter }); exports.a }',
    '/x.js': 'exports.y = 1',
  },
  expected: { status: 'succeeded', value: ['cut', null] },
}
