import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The links of /proc to the root, to the working directory and to descriptors',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    exports.main = ({ file, pid }) => tried([() => fs.readFileSync('/proc/self/root' + file, 'utf8'), () => fs.readFileSync(\`/proc/\${pid}/root\${file}\`, 'utf8'), () => fs.readdirSync('/proc/self/fd'), () => fs.readlinkSync('/proc/self/fd/3'), () => fs.readlinkSync(\`/proc/\${pid}/cwd\`), () => fs.openSync('/proc/self/cwd')])`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
    ],
  },
}
