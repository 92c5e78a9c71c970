import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow entered from callbacks of many builtins',
  reference: 'https://github.com/advisories/GHSA-wf5x-cr3r-xr77',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      const deep = () => deep()
      const entries = [
        () => [2, 1].sort(deep), () => 'a'.replace(/a/, deep), () => JSON.parse('[1]', deep), () => JSON.stringify({ toJSON: deep }),
        () => Array.from([1], deep), () => new Map([[1, 1]]).forEach(deep), () => Reflect.apply(deep, null, []), () => new Proxy({}, { get: deep }).x,
        () => String({ toString: deep }), () => [...{ [Symbol.iterator]: deep }], () => Object.groupBy([1], deep), () => new Intl.NumberFormat({ toString: deep }),
        () => [1].values().map(deep).next(), () => ({}) instanceof { [Symbol.hasInstance]: deep }, () => Temporal.PlainDate.from({ get year() { return deep() } }),
        () => structuredClone({ get a() { return deep() } }),
      ]
      for (const enter of entries) try { enter() } catch (error) { caught.push(error) }
      return [caught.length >= 15, secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
