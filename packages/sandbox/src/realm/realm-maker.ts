import { constants, createContext, Script, type Context } from 'node:vm'
import type { RealmInside } from './inside/boundary.ts'
import type { Allowable } from './permits.ts'

/** How often a realm may be used, and what of one run is there for the next: see `RealmKind` of the protocol. */
export type Reuse = 'fresh' | 'hardened' | 'warm'

/** A V8 context: the globals one run sees. */
export interface Realm {
  readonly context: Context
  readonly inside: RealmInside
}

/** Makes realms from the text of the prelude, which it compiles once. */
export class RealmMaker {
  readonly #prelude: Script
  readonly #codeGeneration: { readonly strings: boolean; readonly wasm: boolean }

  /** @param allow what the text of the prelude was made for */
  constructor(preludeText: string, allow: readonly Allowable[] = []) {
    this.#prelude = new Script(preludeText, { filename: 'isolated-runtime:prelude' })
    this.#codeGeneration = {
      strings: allow.includes('code-from-strings'),
      wasm: allow.includes('web-assembly'),
    }
  }

  /**
   * Makes a realm that no object of this one reaches into: its global is an ordinary object of its own, and it compiles
   * no code from strings and no WebAssembly unless that is allowed. What is allowed holds for this realm alone.
   */
  create(reuse: Reuse = 'fresh'): Realm {
    const context = createContext(constants.DONT_CONTEXTIFY, { codeGeneration: this.#codeGeneration })
    const begin = this.#prelude.runInContext(context) as (reuse: Reuse) => RealmInside
    return { context, inside: begin(reuse) }
  }
}
