import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Getters on the global for names that code of the host might use',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const stolen = []
      for (const name of ['port', 'process', 'require', 'module', 'primordials', 'internalBinding', 'Buffer', 'port_', 'inside'])
        Object.defineProperty(globalThis, name, { get() { stolen.push(name) }, configurable: true })
      console.log(new Error('x').stack)
      return [stolen, secretFrom(globalThis)]
    }`,
  expected: { status: 'succeeded', value: [[], null] },
}
