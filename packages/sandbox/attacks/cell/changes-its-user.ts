import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Another user for the process of the cell',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = () => tried([() => process.setuid(0), () => process.setgid(0), () => process.seteuid(0), () => process.setgroups([0]), () => process.initgroups('root', 0), () => [process.getuid() === 0, process.getgroups().includes(0)]])`,
  notAsRoot: true,
  expected: { status: 'succeeded', value: ['EPERM', 'EPERM', 'EPERM', 'EPERM', 'EPERM', [false, false]] },
}
