import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'An exception tag of WebAssembly to catch what no catch clause sees',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 17',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const names = Reflect.ownKeys(globalThis).filter((name) => /wasm|assembly/i.test(String(name)))
      try { return new WebAssembly.Tag({ parameters: [] }) } catch (error) { return [names, error.name, secretFrom(error)] }
    }`,
  expected: { status: 'succeeded', value: [[], 'ReferenceError', null] },
}
