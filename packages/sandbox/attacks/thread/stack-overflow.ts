import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow in the realm of the thread',
  reference: 'https://github.com/advisories/GHSA-wf5x-cr3r-xr77',
  code: `
    () => {
      const caught = []
      const deep = () => { try { new Error('x').stack; import('x').catch(() => {}); deep() } catch (error) { caught.push(error) } }
      deep()
      return [caught.length > 0, caught.every((error) => error.constructor.constructor === Function)]
    }`,
  expected: { status: 'succeeded', value: [true, true] },
}
