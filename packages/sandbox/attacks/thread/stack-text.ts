import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Paths of the host in stacks of the thread',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-v27g-jcqj-v8rw',
  code: `
    () => {
      const stacks = [new Error('x').stack]
      try { null.x } catch (error) { stacks.push(error.stack) }
      const holder = {}
      Error.captureStackTrace(holder)
      return [...stacks, holder.stack].filter((stack) => /node:|file:|\\.ts|\\.js/.test(stack))
    }`,
  expected: { status: 'succeeded', value: [] },
}
