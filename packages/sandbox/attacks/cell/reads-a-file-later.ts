import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Promises, streams, blobs and watchers of files',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    exports.main = ({ file, folder }) => tried([
      () => fs.promises.readFile(file, 'utf8'), () => fs.promises.open(file), async () => { for await (const chunk of fs.createReadStream(file)) return String(chunk) },
      async () => (await fs.openAsBlob(file)).text(), () => fs.promises.readdir(folder), () => { fs.watch(folder).close() }, () => fs.promises.stat(file), async () => (await fs.promises.glob(folder + '/*').next()).done,
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
      true,
    ],
  },
}
