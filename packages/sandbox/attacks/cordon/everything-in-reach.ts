import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'a walk over all that the thread can reach, for what a neighbour holds',
  code: `
    () => {
      const met = new Set([globalThis])
      const found = []
      for (const object of met) {
        for (const key of Reflect.ownKeys(object)) {
          if (String(key).includes('neighbour')) found.push(String(key))
          const { value, get, set } = Reflect.getOwnPropertyDescriptor(object, key) ?? {}
          if (typeof value === 'string' && value.includes('of the neighbour')) found.push(value)
          for (const part of [value, get, set])
            if (Object(part) === part) met.add(part)
        }
        const prototype = Reflect.getPrototypeOf(object)
        if (prototype !== null) met.add(prototype)
      }
      return found
    }`,
  expected: { status: 'succeeded', value: [] },
}
