import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Frames of the host in the text of stacks',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-v27g-jcqj-v8rw',
  code: `
    const { secretFrom } = require('./secret-from.js')
    exports.main = async () => {
      Error.stackTraceLimit = Infinity
      const stacks = [new Error('x').stack]
      await null
      stacks.push(new Error('y').stack)
      try { require('fs') } catch (error) { stacks.push(error.stack) }
      await import('x').catch((error) => stacks.push(error.stack))
      try { (function deep() { deep() })() } catch (error) { stacks.push(error.stack) }
      return stacks.filter((stack) => /node:|file:|prelude|worker|piscina|\\/src\\/|\\/dist\\//.test(stack))
    }`,
  expected: { status: 'succeeded', value: [] },
}
