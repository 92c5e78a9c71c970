import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The environment of the cell',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    exports.main = () => tried([() => ({ ...process.env }), () => Object.keys(process.report.getReport().environmentVariables), () => process.argv.length])`,
  expected: { status: 'succeeded', value: [{}, ['TZ'], 3] },
}
