import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'A thread of the right file and flags, made to call what starts another, and what reads',
  reference: 'https://nvd.nist.gov/vuln/detail/CVE-2023-32004',
  code: `
    const { Worker, MessageChannel } = require('worker_threads')
    const { join, dirname } = require('path')
    // What Piscina's part of a thread is told to load and call, and with what.
    const calls = (file) => [
      ['worker_threads', 'Worker', '0'],
      ['fs', 'readFileSync', file],
      ['vm', 'runInThisContext', 'process.getBuiltinModule("worker_threads")'],
      ['vm', 'runInThisContext', 'typeof require + typeof globalThis.process'],
      ['vm', 'runInThisContext', 'import("node:worker_threads")'],
    ]
    exports.main = async ({ file }) => {
      const workerData = { preludeText: '(() => ({}))', libraries: {}, maxRunsPerRealm: 1, allow: [] }
      const worker = new Worker(join(dirname(process.argv[1]), 'worker.js'), { workerData, execArgv: [] })
      const { port1, port2 } = new MessageChannel()
      const got = []
      try {
        worker.postMessage({ port: port2, sharedBuffer: new Int32Array(new SharedArrayBuffer(16)), filename: null, atomics: 'disabled', niceIncrement: 0 }, [port2])
        for (const [filename, name, task] of calls(file)) got.push(await new Promise((resolve, reject) => {
          worker.once('error', reject)
          port1.once('message', ({ result, error }) => resolve(result ?? (error.message.match(/Access to this API has been restricted/) ? 'ERR_ACCESS_DENIED' : error.message)))
          port1.postMessage({ taskId: 1, task, filename, name })
        }))
      } finally {
        void worker.terminate()
        port1.close()
      }
      return got
    }`,
  expected: {
    status: 'succeeded',
    value: [
      "Class constructor Worker cannot be invoked without 'new'",
      'ERR_ACCESS_DENIED',
      'process is not defined',
      'undefinedundefined',
      'A dynamic import callback was not specified.',
    ],
  },
}
