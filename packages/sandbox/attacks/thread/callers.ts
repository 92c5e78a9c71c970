import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The callers of an escaped function',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 5',
  code: `
    function escaped() {
      const got = []
      for (const read of [() => escaped.caller, () => arguments.callee.caller, () => escaped.arguments.callee.caller])
        try { got.push(read()) } catch (error) { got.push(error.name) }
      return got
    }`,
  expected: { status: 'succeeded', value: [null, null, null] },
}
