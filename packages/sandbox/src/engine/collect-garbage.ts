import { createContext, runInContext } from 'node:vm'

/** The global that it is: a context for guests that has it cannot be made ready, see `trim-globals.ts`. */
export const COLLECTOR_GLOBAL = 'gc'

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void

/**
 * Collects all garbage of the heap of this thread, and gives the pages that it leaves back to the system: a thread that has
 * served a thousand runs holds 80 MB, of which it needs some 10. Takes some 20 ms.
 *
 * V8 puts a function for that into contexts that are made while a flag says so, and it cannot be taken out again: no other
 * thread of the process may make a context for guests, or set flags, meanwhile.
 *
 * @param setFlag sets a flag of V8
 */
export function collectGarbage(setFlag: (flag: string) => void): void {
  setFlag('--expose-gc')
  let collect: Collect
  try {
    collect = runInContext(COLLECTOR_GLOBAL, createContext()) as Collect
  } finally {
    setFlag('--no-expose-gc')
  }
  collect({ type: 'major', flavor: 'last-resort' })
}
