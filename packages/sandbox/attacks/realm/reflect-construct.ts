import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Reflect.construct with a new.target whose prototype is a trap',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const made = []
      const target = new Proxy(function () {}, { get: (_, key, receiver) => { made.push(receiver); return key === 'prototype' ? null : undefined } })
      for (const name of ['Error', 'Promise', 'Map', 'Array', 'Function', 'Date', 'RegExp', 'ArrayBuffer', 'Proxy', 'Object', 'AggregateError'])
        try { made.push(Reflect.construct(globalThis[name], [() => {}], target)) } catch (error) { made.push(error) }
      return [made.length > 11, secretFrom(...made, ...made.map((thing) => Object.getPrototypeOf(thing)))]
    }`,
  expected: { status: 'succeeded', value: [true, null] },
}
