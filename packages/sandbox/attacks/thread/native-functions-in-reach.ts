import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A walk over all that is in reach, for functions and objects of Node.js',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 27',
  code: `
    () => {
      const seen = new Set()
      const found = []
      const visit = (thing, path) => {
        if ((typeof thing !== 'object' || thing === null) && typeof thing !== 'function') return
        if (seen.has(thing)) return
        seen.add(thing)
        if (typeof thing === 'function' && !/^(class|async|function|get|set|\\[|\\()/.test(Function.prototype.toString.call(thing))) found.push(path)
        for (const key of Reflect.ownKeys(thing)) {
          if (/nodejs|binding|dlopen|postMessage|kill|exit|port$|spawn|Handle|inspect/i.test(String(key))) found.push(path + '.' + String(key))
          const { value, get, set } = Object.getOwnPropertyDescriptor(thing, key)
          for (const next of [value, get, set]) visit(next, path + '.' + String(key))
        }
        visit(Object.getPrototypeOf(thing), path + '.__proto__')
      }
      visit(globalThis, 'globalThis')
      return [seen.size > 500, found]
    }`,
  expected: { status: 'succeeded', value: [true, []] },
}
