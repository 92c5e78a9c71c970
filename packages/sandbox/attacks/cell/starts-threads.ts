import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A thread with flags of its own, which starts without the permission model',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-32004',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const { Worker } = require('worker_threads')
    const read = \`require('worker_threads').parentPort.postMessage(require('fs').readFileSync(require('worker_threads').workerData, 'utf8'))\`
    exports.main = ({ file }) => {
      const run = (make) => () => new Promise((resolve, reject) => make().on('message', resolve).on('error', reject))
      const options = { eval: true, workerData: file }
      return tried([
        run(() => new Worker(read, { ...options, execArgv: [] })), run(() => new Worker(read, { ...options, env: {}, execArgv: ['--no-permission'] })), run(() => new Worker(read, options)),
        run(() => new (class extends Worker {})(read, { ...options, execArgv: [] })), run(() => Reflect.construct(Worker, [read, { ...options, execArgv: [] }], Object)), run(() => new Worker.prototype.constructor(read, { ...options, execArgv: [] })),
        run(() => new Worker(new URL('data:text/javascript,1'), { execArgv: [] })), () => import('worker_threads').then(({ Worker }) => run(() => new Worker(read, { ...options, execArgv: [] }))()),
      ])
    }`,
  expected: {
    status: 'succeeded',
    value: ['Error', 'Error', 'Error', 'Error', 'Error', 'Error', 'Error', 'Error'],
  },
}
