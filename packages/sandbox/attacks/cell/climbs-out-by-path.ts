import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Paths that start in an allowed folder and leave it',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-30584',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    const { dirname } = require('path')
    const own = dirname(process.argv[1])
    exports.main = ({ file }) => tried([
      () => fs.readFileSync(own + '/..'.repeat(20) + file, 'utf8'), () => fs.readFileSync(own + '/../../../../../../../../../..' + file, 'utf8'),
      () => fs.readFileSync(Buffer.from(own + '/../'.repeat(20) + file), 'utf8'), () => fs.readFileSync(new Uint8Array(Buffer.from(own + '/../'.repeat(20) + file)), 'utf8'), () => fs.readFileSync(own + '\\0' + file, 'utf8'),
    ])`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_INVALID_ARG_VALUE',
    ],
  },
}
