import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Module hooks, which have a thread of their own',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-32002',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const module = require('module')
    exports.main = ({ file }) => tried([() => module.register?.('data:text/javascript,' + encodeURIComponent(\`import fs from 'fs'; fs.readFileSync(\${JSON.stringify(file)})\`)), () => typeof module.register, () => module._load(file), () => module._extensions['.js']({ _compile: (text) => { throw new RangeError(text) } }, file), () => new module('x').require(file)])`,
  expected: {
    status: 'succeeded',
    value: [null, 'undefined', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED'],
  },
}
