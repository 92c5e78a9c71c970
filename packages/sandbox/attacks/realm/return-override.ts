import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Private fields stamped onto functions of the inside by return override',
  reference: 'https://github.com/tc39/proposal-nonextensible-applies-to-private',
  code: `
    const { secretFrom } = require('./secret-from.js')
    class Base { constructor(thing) { return thing } }
    class Stamp extends Base { #mark = 1; static read(thing) { return thing.#mark } static has(thing) { return #mark in thing } }
    exports.main = () => {
      const targets = [require, module, exports, console, console.log, globalThis, import('x')]
      targets.at(-1).catch(() => {})
      const marks = targets.map((target) => { try { new Stamp(target); return Stamp.read(target) } catch (error) { return error.name } })
      return [marks, secretFrom(...targets)]
    }`,
  expected: { status: 'succeeded', value: [[1, 1, 1, 1, 1, 1, 1], null] },
}
