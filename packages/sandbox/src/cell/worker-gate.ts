import module, { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import workerThreads, { type WorkerOptions } from 'node:worker_threads'
import { GUEST_THREAD_NAME } from './guest-thread-name.ts'

/** The file that Piscina, which is part of the same program, starts a thread with: it looks beside its own. */
const PISCINA_WORKER = join(import.meta.dirname, 'worker.js')

/**
 * Takes from this process the means to start any thread but those of Piscina, with these flags. Node.js starts a
 * thread that is given flags of its own without the permission model, so the right to start threads, which a cell
 * needs to replace those it stops, is else the right to everything.
 *
 * Must be called before anything else starts a thread.
 *
 * @param threadFile what every thread runs; Piscina's part of a thread is in it
 */
export function gateWorkers(flags: readonly string[], threadFile: string): void {
  const { Worker } = workerThreads
  const execArgv = [...flags]
  let severed = false
  const gate = new Proxy(Worker, {
    // No trap is ever looked up on a prototype that somebody may have patched.
    __proto__: null,
    construct(target: typeof Worker, [file, options]: [unknown, WorkerOptions | undefined]) {
      if (file !== PISCINA_WORKER) throw new Error('A cell starts no threads but its own')
      const worker = new target(threadFile, {
        ...options,
        eval: false,
        env: {},
        execArgv,
        name: GUEST_THREAD_NAME,
      })
      if (!severed) severed = severHandle(worker)
      return worker
    },
  } as ProxyHandler<typeof Worker>)
  Object.defineProperty(Worker.prototype, 'constructor', { value: gate, configurable: false })
  workerThreads.Worker = gate
  // Module hooks run in a thread that Node.js starts by itself.
  Reflect.deleteProperty(module, 'register')
  syncBuiltinESMExports()
}

/** A worker holds an object of Node.js itself, whose class starts threads as well. */
function severHandle(worker: object): boolean {
  for (const key of Object.getOwnPropertySymbols(worker)) {
    if (key.description !== 'kHandle') continue
    const handle: unknown = Reflect.get(worker, key)
    Reflect.deleteProperty(Object.getPrototypeOf(handle) as object, 'constructor')
  }
  return true
}
