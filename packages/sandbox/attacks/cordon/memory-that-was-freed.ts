import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'memory of the process that was not cleared',
  code: `
    () => {
      const text = 'secret of the neighbour'
      for (let n = 0; n < 64; n++) {
        const bytes = new Uint8Array(2 ** 20)
        for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return text + ' is there'
      }
      return 'all zero'
    }`,
  expected: { status: 'succeeded', value: 'all zero' },
}
