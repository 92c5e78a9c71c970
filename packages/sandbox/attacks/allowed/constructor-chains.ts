import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The constructor of the constructor of all that the host has a hand in, now that it compiles',
  reference: 'https://github.com/advisories/GHSA-8v27-2fg9-7h62',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const things = (given) => [given, this, require, module, console, console.log, setTimeout(() => {}, 1), new URL('a:b'), new TextEncoder(), crypto, performance, AbortSignal.abort()]
    exports.main = async (given) => {
      const caught = []
      try { require('./none') } catch (error) { caught.push(error) }
      await import('fs').catch((error) => caught.push(error))
      try { structuredClone(() => {}) } catch (error) { caught.push(error) }
      const worlds = [...things(given), ...caught].map((thing) => thing.constructor.constructor('return [this, typeof process, typeof require]')())
      return [worlds.every(([world]) => world === globalThis), new Set(worlds.flatMap((world) => world.slice(1))).size, worlds[0].slice(1), secretFrom(...worlds)]
    }`,
  args: [{ a: 1 }],
  expected: { status: 'succeeded', value: [true, 1, ['undefined', 'undefined'], null] },
}
