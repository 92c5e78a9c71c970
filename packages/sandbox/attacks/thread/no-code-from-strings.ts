import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Code from strings by every function constructor and by eval',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 1',
  code: `
    () => [Function, (function* () {}).constructor, (async () => {}).constructor, (async function* () {}).constructor, eval]
      .map((make) => { try { return typeof make('return this') } catch (error) { return error.name } })`,
  expected: { status: 'succeeded', value: ['EvalError', 'EvalError', 'EvalError', 'EvalError', 'EvalError'] },
}
