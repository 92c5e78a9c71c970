import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Modules by the names that every object inherits',
  reference: 'https://github.com/patriksimek/vm2/issues/276',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      for (const specifier of ['__proto__', 'constructor', 'toString', './__proto__', './constructor', '/__proto__', './hasOwnProperty'])
        try { caught.push(require(specifier)) } catch (error) { caught.push(error) }
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
      ],
      null,
    ],
  },
}
