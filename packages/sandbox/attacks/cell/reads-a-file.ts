import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The synchronous ways to read a file',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    exports.main = ({ file, folder }) => tried([
      () => fs.readFileSync(file, 'utf8'), () => fs.openSync(file), () => fs.readdirSync(folder), () => fs.statSync(file).size, () => fs.realpathSync(file) === file,
      () => fs.accessSync(file), () => fs.existsSync(file) || 'unseen', () => fs.opendirSync(folder), () => fs.readlinkSync(file), () => fs.readFileSync(Buffer.from(file), 'utf8'), () => fs.readFileSync(new URL('file://' + file), 'utf8'),
    ])`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      true,
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
    ],
  },
}
