import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Every builtin patched, to run in the middle of Node.js',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 11',
  code: `
    () => {
      let patched = 0
      const seen = new Set([globalThis, Object.getPrototypeOf([].values()), Object.getPrototypeOf(async () => {}), Object.getPrototypeOf(function* () {}), Object.getPrototypeOf(new Map().keys())])
      for (const thing of seen) {
        if (!Object.isFrozen(thing)) patched++
        for (const key of Reflect.ownKeys(thing)) {
          const { value } = Object.getOwnPropertyDescriptor(thing, key)
          if ((typeof value === 'object' && value !== null) || typeof value === 'function') seen.add(value)
        }
      }
      return [seen.size > 500, patched]
    }`,
  expected: { status: 'succeeded', value: [true, 0] },
}
