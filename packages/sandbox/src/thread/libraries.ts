import { Buffer } from 'node:buffer'
import { Script, type Context } from 'node:vm'
import type { LibraryFunction, LibraryName } from '../realm/inside/boundary.ts'
import type { ThreadData } from './messages.ts'

/** The libraries for guests, each compiled when it is first used. */
export class Libraries {
  readonly #texts: ThreadData['libraries']
  readonly #scripts = new Map<LibraryName, Script>()

  constructor(texts: ThreadData['libraries']) {
    this.#texts = texts
  }

  /** A function of the realm that makes the exports of the library. */
  instantiate(name: LibraryName, context: Context): LibraryFunction {
    let script = this.#scripts.get(name)
    if (script === undefined) {
      // All of it is ASCII; read as such it takes one byte a character of the guest's heap.
      const text = Buffer.from(this.#texts[name]).toString('latin1')
      script = new Script(text, { filename: `isolated-runtime:${name}` })
      this.#scripts.set(name, script)
    }
    return script.runInContext(context) as LibraryFunction
  }
}
