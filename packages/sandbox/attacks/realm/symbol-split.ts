import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbol.split, match, replace and search on String.prototype and RegExp.prototype',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 3',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      for (const key of ['split', 'match', 'matchAll', 'replace', 'search'])
        for (const { prototype } of [String, RegExp, Object])
          Object.defineProperty(prototype, Symbol[key], { configurable: true, value(...args) { seen.push(this, ...args); return [] } })
      const { stack } = new Error('x')
      let caught
      try { require('./a/b') } catch (error) { caught = error }
      return [caught.code, seen.length, stack.includes('main.js'), secretFrom(...seen)]
    }`,
  expected: { status: 'succeeded', value: ['MODULE_NOT_FOUND', 0, true, null] },
}
