import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The constructor chain, its names written as template literals and concatenations',
  reference: 'https://github.com/n8n-io/n8n/security/advisories/GHSA-6cqr-8cfr-67f8',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      for (const name of [\`constructor\`, 'con' + 'structor', ['constructor'], { toString: () => 'constructor' }]) {
        try { ({})[name][name](\`return process\`)() } catch (error) { caught.push(error) }
      }
      return [caught.map((error) => error.name), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [['EvalError', 'EvalError', 'EvalError', 'EvalError'], null] },
}
