import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The permission model asked to give its rights back',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = ({ file }) => {
      const rights = ['fs.read', 'fs.write', 'child', 'addon', 'wasi', 'inspector', 'net', 'ffi'].filter((right) => process.permission.has(right))
      process.permission.has = () => true
      process.execArgv = []
      process.execArgv.length = 0
      return tried([() => rights, () => require('fs').readFileSync(file, 'utf8'), () => Object.keys(process.permission)])
    }`,
  expected: { status: 'succeeded', value: [[], 'ERR_ACCESS_DENIED', ['has', 'drop']] },
}
