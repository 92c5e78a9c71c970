import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Functions of Node.js that start threads and read files, as if the thread had left them in reach',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-32004',
  code: `
    ({ file }, { Worker, readFileSync }) => {
      const got = []
      for (const act of [
        () => new Worker('0', { eval: true, execArgv: [] }),
        () => new Worker('0', { eval: true }),
        () => readFileSync(file, 'utf8'),
        () => readFileSync('/proc/self/cmdline', 'utf8'),
      ])
        try { got.push(typeof act()) } catch (error) { got.push(error.code) }
      return got
    }`,
  expected: {
    status: 'succeeded',
    value: ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED'],
  },
}
