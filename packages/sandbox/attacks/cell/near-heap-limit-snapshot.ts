import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A snapshot that is written when memory runs out',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = () => tried([() => require('v8').setHeapSnapshotNearHeapLimit(1)])`,
  expected: { status: 'succeeded', value: ['ERR_ACCESS_DENIED'] },
}
