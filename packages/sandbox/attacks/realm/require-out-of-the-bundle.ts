import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Paths that climb out of the bundle, plain, encoded and by way of a file',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-cp6g-6699-wx9c',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      for (const path of ['../x', './a/../../x', '/../etc/passwd', './%2e%2e/x', '..\\\\x', './main.js/../../x', 'file:///etc/passwd', '/etc/passwd', '/proc/self/environ'])
        try { caught.push(require(path)) } catch (error) { caught.push(error) }
      return [caught.map((error) => error.code), secretFrom(...caught)]
    }`,
  expected: {
    status: 'succeeded',
    value: [
      [
        'MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
      ],
      null,
    ],
  },
}
