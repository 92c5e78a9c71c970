import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Every known way to load a module',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 13',
  code: `
    () => ['require', 'module', 'exports', 'Module', 'primordials', 'internalBinding', 'process', 'getInternalGlobal', '__filename']
      .filter((name) => name in globalThis)`,
  expected: { status: 'succeeded', value: [] },
}
