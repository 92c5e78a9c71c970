import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A thread of the right file and flags, made to run code that starts another',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-32004',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const { Worker, MessageChannel } = require('worker_threads')
    const { join, dirname } = require('path')
    const inner = (file) => \`
      const { createRequire } = process.getBuiltinModule('module')
      const require = createRequire(process.execPath)
      const { Worker, parentPort } = require('worker_threads')
      const got = []
      for (const make of [() => new Worker(\${JSON.stringify('0')}, { eval: true, execArgv: [] }), () => require('module').register('data:text/javascript,1'), () => require('fs').readFileSync(\${JSON.stringify(file)}, 'utf8')])
        try { got.push(String(make()).slice(0, 60)) } catch (error) { got.push(error.code) }
      got\`
    exports.main = ({ file }) => new Promise((resolve, reject) => {
      const worker = new Worker(join(dirname(require.resolve('piscina')), 'worker.js'))
      const { port1, port2 } = new MessageChannel()
      worker.on('error', reject)
      worker.postMessage({ port: port2, sharedBuffer: new Int32Array(new SharedArrayBuffer(16)), filename: 'vm', name: 'runInThisContext', atomics: 'disabled', niceIncrement: 0 }, [port2])
      port1.on('message', ({ result, error }) => { void worker.terminate(); port1.close(); resolve(result ?? String(error)) })
      port1.postMessage({ taskId: 1, task: inner(file), filename: 'vm', name: 'runInThisContext' })
    })`,
  expected: { status: 'succeeded', value: ['ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED', 'ERR_ACCESS_DENIED'] },
}
