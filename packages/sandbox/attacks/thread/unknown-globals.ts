import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Any global beyond those of the language',
  reference: 'https://github.com/patriksimek/vm2/security/advisories/GHSA-2cm2-m3w5-gp2f',
  code: `
    () => Reflect.ownKeys(globalThis).map(String).filter((name) => !/^[A-Z]|^(eval|isFinite|isNaN|parse(Float|Int)|(de|en)codeURI(Component)?|(un)?escape|globalThis|undefined)$/.test(name))`,
  expected: { status: 'succeeded', value: [] },
}
