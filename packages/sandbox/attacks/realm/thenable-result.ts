import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A thenable result that answers twice, late and with itself',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 7',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => ({
      then(resolve, reject) {
        const found = secretFrom(resolve, reject, arguments, this)
        resolve({ then(again) { again(found); reject(1); throw 2 } })
        resolve('second')
        reject('third')
      },
    })`,
  expected: { status: 'succeeded', value: null },
}
