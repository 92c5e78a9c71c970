import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The promise of import() and its prototype',
  reference: 'https://github.com/nodejs/node/issues/53575',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const promises = [import('fs'), import('./secret-from.js'), import('data:text/javascript,export default process'), import('node:process')]
      const settled = await Promise.allSettled(promises)
      return [promises.every((promise) => promise.constructor === Promise), settled.map(({ status }) => status), secretFrom(...promises, ...settled)]
    }`,
  expected: { status: 'succeeded', value: [true, ['rejected', 'rejected', 'rejected', 'rejected'], null] },
}
