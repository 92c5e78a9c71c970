import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'WeakRef and FinalizationRegistry, whose callbacks outlive the run',
  reference: 'https://github.com/tc39/proposal-weakrefs',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => [typeof WeakRef, typeof FinalizationRegistry, secretFrom(globalThis)]`,
  expected: { status: 'succeeded', value: ['undefined', 'undefined', null] },
}
