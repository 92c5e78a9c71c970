import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Rejections left unhandled in the realm of the thread',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 22',
  code: `
    () => {
      Promise.reject(new Error('x'))
      Promise.reject(new Proxy({}, { get() { throw 1 } }))
      ;(async () => { throw null })()
      return 'left'
    }`,
  expected: { status: 'succeeded', value: 'left' },
}
