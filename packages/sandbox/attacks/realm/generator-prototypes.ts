import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Prototypes and methods of generators, called on one another',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const caught = []
      const sync = (function* () { yield 1 })(), later = (async function* () { yield 1 })()
      for (const call of [() => sync.next.call(later), () => sync.throw.call({}), () => later.next.call(sync), () => later.return.call(null), () => new (Object.getPrototypeOf(sync).constructor)()])
        try { caught.push(await call()) } catch (error) { caught.push(error) }
      return [caught.every((error) => error instanceof TypeError), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
