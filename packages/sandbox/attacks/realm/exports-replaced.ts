import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'module itself patched while the module loads',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const seen = []
    Object.defineProperty(module, 'exports', { get() { seen.push(new Error('x').stack); return { main: () => [seen.length > 0, seen.every((stack) => !/prelude|node:/.test(stack)), secretFrom(module)] } } })`,
  expected: { status: 'succeeded', value: [true, true, null] },
}
