import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Stack overflow hit at every depth near the end of the stack',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-ch3r-j5x3-6q2m',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      function deep(left, act) { return left === 0 ? act() : deep(left - 1, act) }
      let depth = 1000
      try { for (;; depth += 500) deep(depth, () => 0) } catch (error) { caught.push(error) }
      for (let less = 0; less < 400; less += 8) {
        for (const act of [() => console.log('x'), () => require('fs'), () => new Error('x').stack, () => void import('x').catch(() => {})])
          try { deep(depth - less, act) } catch (error) { caught.push(error) }
      }
      return [caught.length > 0, caught.every((error) => error instanceof Error), secretFrom(...caught)]
    }`,
  limits: { timeoutMs: 25_000 },
  expected: { status: 'succeeded', value: [true, true, null] },
}
