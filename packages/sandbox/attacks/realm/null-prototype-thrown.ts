import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A thrown object without prototype, one whose prototype is a proxy, and a function',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-9vg3-4rfj-wgcm',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      const caught = []
      for (const thing of [Object.create(null), Object.create(new Proxy({}, {})), () => {}, Symbol(), 1n, null])
        await (async () => { throw thing })().catch((error) => caught.push(error === thing))
      throw Object.assign(Object.create(null), { name: { toString: () => String(caught) }, message: { toString: () => secretFrom(...caught) ?? 'clean' } })
    }`,
  expected: { status: 'failed', error: { name: 'true,true,true,true,true,true', message: 'clean' } },
}
