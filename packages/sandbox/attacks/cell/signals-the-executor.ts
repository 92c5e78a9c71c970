import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Signals to the executor, and its priority',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const os = require('os')
    exports.main = ({ pid }) => tried([() => process.kill(pid, 0), () => process.kill(pid, 'SIGTERM'), () => process.kill(process.ppid, 'SIGURG'), () => os.setPriority(pid, 19), () => process._debugProcess(pid)])`,
  betweenUsers: true,
  expected: { status: 'succeeded', value: ['EPERM', 'EPERM', 'EPERM', 'ERR_SYSTEM_ERROR', 'EPERM'] },
}
