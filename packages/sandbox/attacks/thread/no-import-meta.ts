import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'import.meta, which has resolve and the path of the file',
  code: `
    () => import.meta`,
  expected: { status: 'failed', error: { name: 'SyntaxError' } },
}
