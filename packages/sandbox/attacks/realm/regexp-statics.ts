import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'What an earlier match left in the static properties of RegExp',
  reference: 'https://github.com/tc39/proposal-regexp-legacy-features',
  code: `
    const { secretFrom } = require('./secret-from.js')
    const left = [RegExp.input, RegExp.lastMatch, RegExp.leftContext, RegExp.rightContext, RegExp.$1, RegExp.$_]
    exports.main = () => left`,
  expected: { status: 'succeeded', value: ['', '', '', '', '', ''] },
}
