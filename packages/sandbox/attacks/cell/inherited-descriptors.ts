import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Descriptors left open by the executor',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const fs = require('fs')
    exports.main = async () => {
      const readable = []
      for (let fd = 4; fd < 256; fd++) {
        const bytes = Buffer.alloc(64)
        try { if (fs.readSync(fd, bytes, 0, 64, 0) > 0) readable.push(fd) } catch {}
      }
      return [readable, await tried([() => fs.readSync(0, Buffer.alloc(9)), () => fs.writeSync(1, 'x')])]
    }`,
  expected: { status: 'succeeded', value: [[], [0, 1]] },
}
