import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Template objects and cached literals of a script that many realms share',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const tag = (strings) => strings
    const literal = () => tag\`a\${1}b\`
    const first = literal()
    const left = Object.hasOwn(Object.getPrototypeOf(first), 'left')
    Object.getPrototypeOf(first).left = true
    exports.main = () => [left, first === literal(), first instanceof Array, secretFrom(first, first.raw)]`,
  expected: { status: 'succeeded', value: [false, true, true, null] },
}
