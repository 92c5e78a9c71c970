import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow in the realm of the thread',
  reference: 'https://github.com/advisories/GHSA-wf5x-cr3r-xr77',
  code: `
    () => {
      const caught = []
      const deep = () => { try { new Error('x').stack; import('x').catch(() => {}); deep() } catch (error) { caught.push(error) } }
      deep()
      // Depending on where the stack ends, an error is of this realm or of the guest's: neither leads to code from strings.
      const compiles = (error) => {
        try {
          return error.constructor.constructor('return 1')() === 1
        } catch {
          return false
        }
      }
      return [caught.length > 0, caught.some(compiles)]
    }`,
  expected: { status: 'succeeded', value: [true, false] },
}
