import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'SuppressedError made by using and by DisposableStack',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-55hx-c926-fr95',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const caught = []
      const bad = (key) => ({ [key]() { const error = new Error('x'); error.name = Symbol(); throw error.stack.none.none } })
      try { using a = bad(Symbol.dispose); using b = bad(Symbol.dispose); null.x } catch (error) { caught.push(error, error.error, error.suppressed) }
      try { await using a = bad(Symbol.asyncDispose); import('x').x.y } catch (error) { caught.push(error, error.error, error.suppressed) }
      const stack = new DisposableStack()
      stack.use(bad(Symbol.dispose)); stack.defer(() => { throw new SuppressedError(1, 2) })
      try { stack.dispose() } catch (error) { caught.push(error, error.error, error.suppressed) }
      return [caught.filter((error) => error?.name === 'SuppressedError').length, secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [5, null] },
}
