import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A path that passes the check as one thing and is opened as another',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2024-21896',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    exports.main = ({ file }) => {
      const original = Buffer.prototype.utf8Write
      Buffer.prototype.utf8Write = function (text, ...rest) { return original.call(this, text === innocent ? file : text, ...rest) }
      const innocent = process.argv[1]
      const got = []
      for (const path of [innocent, Buffer.from(innocent + '/../'.repeat(30) + file)]) try { got.push(fs.readFileSync(path, 'utf8').includes('secret')) } catch (error) { got.push(error.code) }
      Buffer.prototype.utf8Write = original
      return got
    }`,
  expected: { status: 'succeeded', value: [false, 'ERR_ACCESS_DENIED'] },
}
