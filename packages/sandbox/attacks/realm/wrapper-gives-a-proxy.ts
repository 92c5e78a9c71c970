import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A module whose wrapper gives a proxy of a function',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 6',
  code: `}), new Proxy(() => {}, { apply(_, self, args) {
  const { secretFrom } = args[1]('./secret-from.js')
  self.main = () => [Array.isArray(args), args.length, secretFrom(self, args, ...args)]
}`,
  expected: { status: 'succeeded', value: [true, 5, null] },
}
