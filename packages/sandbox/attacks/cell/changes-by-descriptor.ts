import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Operations on descriptors, which name no path',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2024-36137',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    exports.main = () => tried([() => fs.fchmodSync(2, 0o777), () => fs.fchownSync(2, 0, 0), () => fs.futimesSync(2, 0, 0), () => fs.ftruncateSync(2)])`,
  expected: {
    status: 'succeeded',
    value: ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'EINVAL'],
  },
}
