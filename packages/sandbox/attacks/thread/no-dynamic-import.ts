import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'import() of builtin modules, of data and of files',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 13',
  code: `
    async () => {
      const settled = await Promise.allSettled([import('node:fs'), import('fs'), import('data:text/javascript,export default 1'), import('file:///etc/hostname'), import('node:worker_threads', { with: { type: 'json' } })])
      return settled.map(({ status }) => status)
    }`,
  expected: { status: 'succeeded', value: ['rejected', 'rejected', 'rejected', 'rejected', 'rejected'] },
}
