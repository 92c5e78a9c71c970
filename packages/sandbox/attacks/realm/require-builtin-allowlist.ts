import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Builtin modules under all their names',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-947f-4v7f-x2v8',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => ['module', 'worker_threads', 'inspector/promises', 'process', 'node:sqlite', 'vm', 'internal/test/binding', 'node:internal/bootstrap/realm', 'vm2', 'piscina', 'zod']
      .map((name) => { try { return require(name) } catch (error) { return [error.code, secretFrom(error)] } })`,
  expected: {
    status: 'succeeded',
    value: [
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
      ['MODULE_NOT_FOUND', null],
    ],
  },
}
