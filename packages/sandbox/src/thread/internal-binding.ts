import { createRequire } from 'node:module'

interface Bindings {
  readonly errors: { setPrepareStackTraceCallback(callback: (...parameters: never[]) => string): void }
  readonly module_wrap: { setImportModuleDynamicallyCallback(callback: () => Promise<never>): void }
  readonly task_queue: {
    setPromiseRejectCallback(callback: (kind: number, promise: unknown, reason: unknown) => void): void
  }
  readonly crypto: {
    readonly kCryptoJobSync: number
    readonly RandomBytesJob: new (
      mode: number,
      bytes: Uint8Array,
      offset: number,
      length: number,
    ) => { run(): readonly [error: unknown] }
  }
}

/**
 * A part of Node.js for which it has no public way, or only one that does more than is safe while guest code is under
 * way. `--expose-internals`, given to the threads only, opens this one.
 */
export function internalBinding<Name extends keyof Bindings>(name: Name): Bindings[Name] {
  const { internalBinding: open } = createRequire(import.meta.filename)('internal/test/binding') as {
    internalBinding: typeof internalBinding
  }
  return open(name)
}
