import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A listener that throws, dispatched at each frame of a full stack',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      const target = new EventTarget()
      target.addEventListener('x', () => { throw new Error('thrown by a listener') })
      let frames = 0
      function deep() {
        try { deep() } catch (error) { caught[caught.length] = error }
        if (frames++ > 2_000) return
        try { target.dispatchEvent(new Event('x')) } catch (error) { caught[caught.length] = error }
      }
      deep()
      console.log(caught.length > 0, secretFrom(...caught))
    }`,
  expected: {
    status: 'failed',
    error: { code: 'GUEST_ERROR', message: /thrown by a listener|Maximum call stack/ },
  },
}
