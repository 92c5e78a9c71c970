import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Setters on Object.prototype for the options that Node.js and Piscina read',
  reference: 'https://github.com/advisories/GHSA-2pmx-6mm6-6v72',
  code: `
    () => ['then', 'taskId', 'filename', 'execArgv', 'env', 'transferList', 'get', 'set', 'toJSON', '0']
      .filter((key) => Reflect.defineProperty(Object.prototype, key, { configurable: true, get: () => 'stolen' }))`,
  expected: { status: 'succeeded', value: [] },
}
