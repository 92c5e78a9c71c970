import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Natives of V8, which only a flag opens',
  reference: 'https://v8.dev/docs/untrusted-code-mitigations',
  code: `
    () => %GetOptimizationStatus(() => {})`,
  expected: { status: 'failed', error: { name: 'SyntaxError' } },
}
