import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Symbolic and hard links into its own folder',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2025-55130',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    const { dirname, join } = require('path')
    const own = dirname(process.argv[1])
    exports.main = ({ file, folder }) => tried([
      () => fs.symlinkSync(file, join(own, 'link')), () => fs.linkSync(file, join(own, 'link')), () => fs.symlinkSync('../../../..' + file, join(own, 'link'), 'file'), () => fs.linkSync(process.argv[1], folder + '/hard'),
      () => fs.promises.symlink(file, join(own, 'link')), () => fs.readFileSync(join(own, 'link'), 'utf8'),
    ])`,
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
