import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Code from strings compiled on a full stack, and broken code',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = () => {
      const caught = []
      const deep = () => { try { eval('deep()') } catch (error) { if (caught.length < 50) caught.push(error); throw error } }
      try { deep() } catch (error) { caught.push(error) }
      for (const text of ['(', '%GetOptimizationStatus(1)', '#!', 'await 1', '\\u2028}']) try { Function(text) } catch (error) { caught.push(error) }
      return [caught.length > 5, caught.every((error) => error instanceof Error), secretFrom(...caught)]
    }`,
  expected: { status: 'succeeded', value: [true, true, null] },
}
