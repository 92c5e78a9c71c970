import { compileFunction, Script, type Context } from 'node:vm'
import type { ModuleFunction } from './inside/boundary.ts'
import { GUEST_SCHEME } from './guest-scheme.ts'

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname']
const HEAD = `(function (${PARAMETERS.join(', ')}) {`
/** The last name that a text gives itself holds: none, so that frames have the path and the column of the bundle's file. */
const TAIL = '\n})\n//# sourceURL=\n'

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

/**
 * Whether the code is more than the body of a function: `}); let left = 1; (function () {` would leave a variable in
 * its realm that nothing can remove.
 */
export function breaksOut(code: string): boolean {
  try {
    compileFunction(code, PARAMETERS)
    return false
  } catch {
    return true
  }
}
