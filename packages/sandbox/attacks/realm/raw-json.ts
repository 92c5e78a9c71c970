import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'JSON.rawJSON smuggled into the result',
  reference: 'https://github.com/tc39/proposal-json-parse-with-source',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => [JSON.rawJSON('1e999'), JSON.rawJSON('"text"'), secretFrom(JSON.rawJSON('1'))]`,
  expected: { status: 'succeeded', value: [Infinity, 'text', null] },
}
