import { createRequire } from 'node:module'
import type { RealmInside } from '../realm/boundary.ts'

interface EngineBindings {
  setPrepareStackTraceCallback(callback: RealmInside['formatStack']): void
  setImportModuleDynamicallyCallback(callback: () => Promise<never>): void
  setPromiseRejectCallback(callback: () => void): void
}

type InternalBinding = (name: 'errors' | 'module_wrap' | 'task_queue') => EngineBindings

/**
 * Node gives V8 three functions of its own to call in the middle of guest code: to format a stack, to answer
 * `import()`, and to note an unhandled rejection. They belong to the thread's realm, so an error they raise there
 * (a stack overflow is enough) would be an object of that realm in the hands of the guest. For the time of a run V8
 * therefore gets functions of the guest's own realm. Node has no public way to set them: `--expose-internals`, given
 * to the threads only, opens this one.
 */
export class EngineCallbacks {
  readonly #errors: EngineBindings
  readonly #modules: EngineBindings

  constructor() {
    const { internalBinding } = createRequire(import.meta.filename)('internal/test/binding') as {
      internalBinding: InternalBinding
    }
    this.#errors = internalBinding('errors')
    this.#modules = internalBinding('module_wrap')
    // What guests leave unhandled is their own affair; nothing of it is kept, and no thread dies of it.
    internalBinding('task_queue').setPromiseRejectCallback(() => {})
  }

  /** From here on, what V8 calls is of this realm. */
  use(inside: RealmInside): void {
    this.#errors.setPrepareStackTraceCallback(inside.formatStack)
    this.#modules.setImportModuleDynamicallyCallback(inside.refuseImport)
  }
}
