import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A comment that is never closed',
  reference: 'https://github.com/advisories/GHSA-hrpp-f84w-xhfg',
  code: `exports.main = () => 1 /*`,
  expected: { status: 'failed', error: { message: "Cannot load module '/main.js'" } },
}
