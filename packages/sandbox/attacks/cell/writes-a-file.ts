import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Every way to write, into its own folder and elsewhere',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    const own = process.argv[1]
    exports.main = ({ file, folder }) => tried([
      () => fs.writeFileSync(own, ''), () => fs.writeFileSync(folder + '/new', ''), () => fs.appendFileSync(own, ''), () => fs.mkdirSync(folder + '/new'), () => fs.mkdtempSync('/tmp/x'),
      () => fs.truncateSync(own), () => fs.chmodSync(own, 0o777), () => fs.chownSync(own, 0, 0), () => fs.utimesSync(own, 0, 0), () => fs.renameSync(own, own + '2'), () => fs.rmSync(own), () => fs.unlinkSync(file),
      () => fs.copyFileSync(own, folder + '/copy'), () => fs.cpSync(own, folder + '/copy'), () => new Promise((resolve, reject) => fs.createWriteStream(folder + '/x').on('open', resolve).on('error', reject)), () => fs.promises.rm(folder, { recursive: true }),
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
