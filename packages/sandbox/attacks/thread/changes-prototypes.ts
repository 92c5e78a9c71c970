import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Prototypes of intrinsics replaced by proxies',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 2',
  code: `
    () => [globalThis, Object.prototype, Function.prototype, Array.prototype, Promise.prototype, Error, Object.getPrototypeOf(Int8Array)]
      .filter((thing) => Reflect.setPrototypeOf(thing, new Proxy({}, {}))).length`,
  expected: { status: 'succeeded', value: 0 },
}
