import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'What earlier runs left in fresh buffers',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 23',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      for (let round = 0; round < 50; round++) {
        const bytes = new Uint8Array(1 << 16)
        for (const byte of bytes) if (byte !== 0) return 'dirt'
      }
      return [typeof Buffer, secretFrom(new Uint8Array(8).buffer)]
    }`,
  expected: { status: 'succeeded', value: ['undefined', null] },
}
