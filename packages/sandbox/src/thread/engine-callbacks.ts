import type { RealmInside } from '../realm/inside/boundary.ts'
import { internalBinding } from './internal-binding.ts'
import type { Rejections } from './rejections.ts'

/**
 * Node gives V8 three functions of its own to call in the middle of guest code: to format a stack, to answer
 * `import()`, and to note an unhandled rejection. They belong to the thread's realm, so an error they raise there
 * (a stack overflow is enough) would be an object of that realm in the hands of the guest. For the time of a run V8
 * therefore gets functions of the guest's own realm.
 */
export class EngineCallbacks {
  readonly #errors = internalBinding('errors')
  readonly #modules = internalBinding('module_wrap')

  /** @param note called with what V8 tells of rejections; see `Rejections` */
  constructor(note: Rejections['note']) {
    // What guests leave unhandled goes into their logs, and no thread dies of it.
    internalBinding('task_queue').setPromiseRejectCallback(note)
  }

  /** From here on, what V8 calls is of this realm. */
  use(inside: RealmInside): void {
    this.#errors.setPrepareStackTraceCallback(inside.formatStack)
    this.#modules.setImportModuleDynamicallyCallback(inside.refuseImport)
  }
}
