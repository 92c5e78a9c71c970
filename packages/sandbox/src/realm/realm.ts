import { constants, createContext, type Context } from 'node:vm'
import type { RealmInside } from './boundary.ts'
import { prelude } from './prelude.ts'

/** A fresh V8 context: the globals one run sees. */
export interface Realm {
  readonly context: Context
  readonly inside: RealmInside
}

/**
 * Makes a realm that no object of this one reaches into: its global is an ordinary object of its own, and it compiles
 * no code from strings and no WebAssembly.
 */
export function createRealm(): Realm {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
  })
  return { context, inside: prelude.runInContext(context) as RealmInside }
}
