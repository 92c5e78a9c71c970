import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Child processes by every function that starts one',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const { spawn, spawnSync, exec, execSync, execFile, execFileSync, fork } = require('child_process')
    exports.main = ({ file }) => tried([
      () => execSync(\`cat \${file}\`, { encoding: 'utf8' }), () => spawnSync('cat', [file], { encoding: 'utf8' }).stdout, () => execFileSync('cat', [file], { encoding: 'utf8' }), () => spawn('cat', [file]).pid, () => exec('id').pid, () => execFile('id').pid, () => fork(file).pid,
      () => require('cluster').fork().process.pid, () => process.execve('/bin/cat', ['cat', file]),
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
    ],
  },
}
