import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'sourceURL and sourceMappingURL that name files of the host: the frames are those of the bundle',
  reference: 'https://nodejs.org/api/vm.html',
  code: `exports.main = () => {
  const { stack } = new Error('here')
  return [stack.includes('passwd'), stack.includes('node:'), stack.includes('file:'), stack.split('\\n')[1]]
}
//# sourceURL=node:internal/etc/passwd
//# sourceMappingURL=file:///etc/passwd`,
  expected: { status: 'succeeded', value: [false, false, false, '    at exports.main (/main.js:2:21)'] },
}
