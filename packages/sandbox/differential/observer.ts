/** An innocent program: tells of the world all that another could have changed. */
export const OBSERVER = `
let loads = 0
loads++
exports.main = async () => {
  const order = Object.getOwnPropertyNames(globalThis)
  const attributes = order.map((name) => {
    const { value, get, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(globalThis, name)
    return [name, typeof value, typeof get, writable, enumerable, configurable, typeof value === 'function' ? value.name : '']
  })
  const chain = []
  for (let object = globalThis; object !== null && object !== Object.prototype; object = Object.getPrototypeOf(object))
    chain.push(Object.getOwnPropertyNames(object).length)
  const inherited = []
  for (const name in {}) inherited.push(name)
  for (const name in []) inherited.push(name)
  for (const name in () => {}) inherited.push(name)
  return {
    loads,
    attributes,
    chain,
    inherited,
    symbols: Object.getOwnPropertySymbols(globalThis).map(String),
    extensible: Object.isExtensible(globalThis),
    console: [typeof console, Object.isFrozen(console), Object.keys(console)],
    matches: [RegExp.$1, RegExp.lastMatch, RegExp.input, RegExp.leftContext, RegExp.rightContext, RegExp.lastParen],
    limit: Error.stackTraceLimit,
    prepare: typeof Error.prepareStackTrace,
    left: typeof left,
    results: [
      [3, 1, 2].sort().map(String),
      new Date(0).toISOString(),
      (1234.5).toLocaleString('de'),
      new Map([[1, 2]]).get(1),
      await Promise.resolve(4),
      parseInt('7'),
      Math.max(1, 2),
      JSON.stringify({ a: [1] }),
      String(new TypeError('m')),
      [...'ab'],
      /b(c)/.exec('abc'),
    ],
  }
}
`
