import type { Context } from 'node:vm'
import { Script } from 'node:vm'
import type { ModuleFunction } from './boundary.ts'
import { GUEST_SCHEME } from './guest-scheme.ts'

const HEAD = '(function (exports, require, module, __filename, __dirname) {'
const TAIL = '\n})'

/** A module of a bundle, compiled once and instantiated in each realm that requires it. */
export class GuestScript {
  readonly #script: Script

  constructor(path: string, code: string) {
    this.#script = new Script(HEAD + code + TAIL, {
      filename: GUEST_SCHEME + path,
      columnOffset: -HEAD.length,
    })
  }

  instantiate(context: Context): ModuleFunction | undefined {
    const instance: unknown = this.#script.runInContext(context)
    return typeof instance === 'function' ? (instance as ModuleFunction) : undefined
  }
}
