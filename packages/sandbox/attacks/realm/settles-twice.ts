import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A run that tries to settle a second time with another value',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => new Promise((resolve, reject) => { resolve(['first', secretFrom(resolve, reject)]); reject(new Error('second')); resolve('third'); throw new Error('fourth') })`,
  expected: { status: 'succeeded', value: ['first', null] },
}
