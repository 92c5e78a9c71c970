import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The first random value of a thread, asked for at each frame of a full stack',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      const { crypto } = globalThis
      let frames = 0
      function deep() {
        try { deep() } catch (error) { caught[caught.length] = error }
        if (frames++ > 2_000) return
        try { crypto.randomUUID() } catch (error) { caught[caught.length] = error }
      }
      deep()
      return [caught.length > 0, secretFrom(...caught), crypto.randomUUID().length]
    }`,
  expected: { status: 'succeeded', value: [true, null, 36] },
}
