import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A context that replaces the builtins the inside might use',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      await null
      return [Error, Promise, JSON, Object, secretFrom(async () => {}, require)]
    }`,
  context: { Error: 'e', Promise: 'p', JSON: 'j', Object: 'o', undefined_: 1 },
  expected: { status: 'succeeded', value: ['e', 'p', 'j', 'o', null] },
}
