import type { Attack } from '../attack.ts'

export const attack: Attack = {
  name: 'Builtins patched, so that a thread of the cell itself starts with other flags',
  reference: 'https://github.com/patriksimek/vm2/blob/main/docs/ATTACKS.md, category 11',
  code: `
    const tried = async (acts) => {
      const got = []
      for (const act of acts) try { got.push(await act()) } catch (error) { got.push(error.code ?? error.name) }
      return got
    }
    const { Worker } = require('worker_threads')
    const { join, dirname } = require('path')
    const file = join(dirname(process.argv[1]), 'worker.js')
    exports.main = async () => {
      const seen = []
      Object.prototype.construct = (target) => seen.push(target)
      Object.prototype.get = (target) => seen.push(target)
      Array.prototype[Symbol.iterator] = function () { seen.push(this); return { next: () => ({ done: true }) } }
      let worker
      try { worker = new Worker(file, { get execArgv() { seen.push('asked'); return [] }, env: { NODE_OPTIONS: '' } }) } catch (error) { seen.push(error.name) }
      Array.prototype[Symbol.iterator] = Array.prototype.values
      delete Object.prototype.construct
      delete Object.prototype.get
      worker?.on('error', () => {})
      await worker?.terminate()
      return seen.filter((thing) => typeof thing === 'function').length
    }`,
  expected: { status: 'succeeded', value: 0 },
}
