import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Iterator helpers whose underlying iterators are hostile',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      const hostile = { get next() { throw new Proxy({}, {}) }, return() { throw this }, [Symbol.iterator]() { return this } }
      for (const act of [() => Iterator.from(hostile), () => Iterator.from({ next: () => null }).take(1).toArray(), () => Iterator.concat?.(hostile).next(), () => Iterator.prototype.map.call(hostile, (x) => x).next(), () => [1].values().flatMap(() => hostile).next()])
        try { caught.push(act()) } catch (error) { caught.push(error) }
      return [caught.length, secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [5, null] },
}
