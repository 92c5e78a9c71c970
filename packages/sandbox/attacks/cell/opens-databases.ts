import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'node:sqlite, which opens files past the permission model',
  reference: 'https://github.com/nodejs/node/issues/61069',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = ({ file }) => tried([() => new (require('node:sqlite').DatabaseSync)(file), () => process.getBuiltinModule('node:sqlite') ?? 'none', () => import('node:sqlite')])`,
  expected: {
    status: 'succeeded',
    value: ['ERR_UNKNOWN_BUILTIN_MODULE', 'none', 'ERR_UNKNOWN_BUILTIN_MODULE'],
  },
}
