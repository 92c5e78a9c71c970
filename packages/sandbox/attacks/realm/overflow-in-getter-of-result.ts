import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow in a getter, a toJSON and a proxy of the result',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      const deep = () => { try { return deep() } catch (error) { caught.push(error); throw error } }
      return { get a() { try { deep() } catch {} return secretFrom(...caught) }, b: { toJSON() { try { deep() } catch {} return secretFrom(...caught) } } }
    }`,
  expected: { status: 'succeeded', value: { a: null, b: null } },
}
