import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Every builtin deleted before the result is taken',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const { ownKeys, deleteProperty } = Reflect
      const { Set } = globalThis, self = globalThis
      const prototypes = [Array.prototype, String.prototype, Error.prototype, Function.prototype, Object.prototype]
      const holders = [JSON, Promise, globalThis, ...prototypes].map((holder) => [holder, ownKeys(holder)])
      for (let at = 0; at < 8; at++) for (let key = 0; key < holders[at][1].length; key++) deleteProperty(holders[at][0], holders[at][1][key])
      self.Set = Set
      await null
      return { left: ownKeys(self).length < 10, found: secretFrom(self) }
    }`,
  expected: { status: 'succeeded', value: { left: true, found: null } },
}
