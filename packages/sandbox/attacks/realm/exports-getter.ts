import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Getters on module.exports that give another thing at every look',
  code: `
    const { secretFrom } = require('./secret-from.js')
    let looks = 0
    Object.defineProperty(exports, 'main', { get() { looks++; return looks === 1 ? () => [looks, secretFrom(this)] : 5 } })`,
  expected: { status: 'succeeded', value: [1, null] },
}
