import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A hashbang and HTML-like comments inside the wrapper',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 12',
  code: `#!/usr/bin/env node
exports.main = () => 1`,
  expected: { status: 'failed', error: { message: "Cannot load module '/main.js'" } },
}
