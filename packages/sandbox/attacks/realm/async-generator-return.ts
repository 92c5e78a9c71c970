import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'yield* of an async generator that is closed with a thenable',
  reference: 'https://github.com/advisories/GHSA-248r-7h7q-cr24',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const caught = []
      async function* inner() { try { yield 1 } catch (error) { caught.push(error) } finally { caught.push('closed') } }
      async function* outer() { try { yield* inner() } catch (error) { caught.push(error) } }
      const running = outer()
      await running.next()
      try { await running.return({ get then() { const error = new Error('x'); error.name = Symbol(); return (resolve) => { resolve(error.stack.none.none) } } }) } catch (error) { caught.push(error) }
      return [caught.map((error) => error.name ?? error), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [['closed'], null] },
}
