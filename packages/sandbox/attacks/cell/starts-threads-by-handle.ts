import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'The native class behind a worker, reached by its handle',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const { Worker } = require('worker_threads')
    const { join, dirname } = require('path')
    exports.main = async () => {
      const worker = new Worker(join(dirname(process.argv[1]), 'worker.js'), { execArgv: [] })
      worker.on('error', () => {})
      const names = Reflect.ownKeys(worker).map((key) => worker[key]).filter((part) => typeof part === 'object' && part !== null).map((part) => part.constructor?.name)
      const prototypes = Object.getPrototypeOf(Worker)
      await worker.terminate()
      return [names.includes('Worker'), worker.constructor === Worker, typeof prototypes, await tried([() => new worker.constructor('1', { eval: true, execArgv: [] })])]
    }`,
  expected: { status: 'succeeded', value: [false, true, 'function', ['Error']] },
}
