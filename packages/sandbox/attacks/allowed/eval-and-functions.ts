import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Code from strings, by everything that compiles it, runs in the realm of the guest',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 1',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const makers = [Function, (async () => {}).constructor, (function* () {}).constructor, (async function* () {}).constructor]
      const made = makers.map((make) => make('return this'))
      const [plain, later, generator, laterGenerator] = made
      const worlds = [(0, eval)('this'), eval('(() => globalThis)()'), plain(), await later(), generator().next().value, (await laterGenerator().next()).value]
      return [worlds.map((world) => world === globalThis), secretFrom(...makers, ...made, ...worlds)]
    }`,
  expected: { status: 'succeeded', value: [[true, true, true, true, true, true], null] },
}
