import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The files of /proc, its own and those of the executor',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    exports.main = ({ pid }) => tried(['/proc/self/environ', '/proc/self/maps', '/proc/self/mem', '/proc/self/cmdline', \`/proc/\${pid}/environ\`, \`/proc/\${pid}/cmdline\`, \`/proc/\${process.pid}/status\`, '/dev/mem', '/etc/passwd', '/dev/fd/0'].map((path) => () => fs.readFileSync(path, 'utf8')))`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
    ],
  },
}
