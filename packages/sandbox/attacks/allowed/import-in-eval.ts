import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'import() in code from strings, which has no file',
  reference: 'https://github.com/nodejs/node/issues/51699',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const imports = [() => eval("import('fs')"), () => (0, eval)("import('fs')"), () => new Function("return import('fs')")(), () => (async () => {}).constructor("await import('fs')")(), () => eval("import.meta"), () => eval("import.source('fs')"), () => eval("import.defer('fs')")]
      const errors = []
      for (const load of imports) try { errors.push(['loaded', await load()]) } catch (error) { errors.push(error) }
      return [errors.map((error) => error.name), errors.every((error) => error instanceof Error), secretFrom(...errors)]
    }`,
  expected: {
    status: 'succeeded',
    value: [
      ['TypeError', 'TypeError', 'TypeError', 'TypeError', 'SyntaxError', 'TypeError', 'SyntaxError'],
      true,
      null,
    ],
  },
}
