import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbol.toPrimitive of what is logged, thrown and required',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 3',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const seen = []
      const hostile = { [Symbol.toPrimitive](...args) { seen.push(this, ...args); throw this } }
      console.log(hostile)
      const caught = []
      for (const act of [() => require(hostile), () => \`\${hostile}\`, () => new Date(hostile)]) try { act() } catch (error) { caught.push(error === hostile || error.name) }
      return [caught, secretFrom(...seen)]
    }`,
  expected: { status: 'succeeded', value: [['TypeError', true, true], null] },
}
