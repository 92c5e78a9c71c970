import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'sourceURL and sourceMappingURL that name files of the host: names to print, and nothing more',
  reference: 'https://nodejs.org/api/vm.html',
  code: `exports.main = () => {
  const { stack } = new Error('here')
  return [stack.includes('passwd'), stack.includes('node:'), stack.includes('file:')]
}
//# sourceURL=node:internal/etc/passwd
//# sourceMappingURL=file:///etc/passwd`,
  expected: { status: 'succeeded', value: [true, true, false] },
}
