import { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import vm from 'node:vm'
import { Worker } from 'node:worker_threads'

/**
 * Loaded first in threads whose realms shall have fallen: each is given an object of the thread's realm
 * (`Intl.hostObject`), and a way to run code there (`Intl.breakOut(text, ...args)`). Its last argument are
 * functions of Node.js, as if the thread had left them in reach.
 */
const createContext = vm.createContext
const { Script } = vm

function breakOut(text: string, ...args: unknown[]): unknown {
  const main = new Script(`(${text})`).runInThisContext() as (...args: unknown[]) => unknown
  return main(...args, { Worker, readFileSync })
}

vm.createContext = (...args: Parameters<typeof createContext>) => {
  const context = createContext(...args)
  Object.assign(context['Intl'] as object, { hostObject: {}, breakOut })
  return context
}
syncBuiltinESMExports()
