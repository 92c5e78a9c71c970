import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Intl, which a thread does not freeze because it has none',
  code: `
    () => {
      const reached = ['Intl' in globalThis]
      for (const make of [() => Intl.NumberFormat, () => (1n).toLocaleString.constructor('return Intl')()])
        try { reached.push(typeof make()) } catch (error) { reached.push(error.name) }
      return reached
    }`,
  expected: { status: 'succeeded', value: [false, 'ReferenceError', 'EvalError'] },
}
