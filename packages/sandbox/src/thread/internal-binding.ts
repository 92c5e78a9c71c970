interface Bindings {
  readonly errors: { setPrepareStackTraceCallback(callback: (...parameters: never[]) => string): void }
  readonly module_wrap: { setImportModuleDynamicallyCallback(callback: () => Promise<never>): void }
  readonly task_queue: {
    setPromiseRejectCallback(callback: (kind: number, promise: unknown, reason: unknown) => void): void
  }
  /** What `node:v8` is made of. */
  readonly v8: {
    readonly heapStatisticsBuffer: Float64Array
    updateHeapStatisticsBuffer(): void
    readonly kUsedHeapSizeIndex: number
    readonly kHeapSizeLimitIndex: number
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

type Open = <Name extends keyof Bindings>(name: Name) => Bindings[Name]

let open: Open | undefined

/**
 * A part of Node.js for which it has no public way, or only one that does more than is safe while guest code is under
 * way. `--expose-internals`, given to the threads only, opens this one.
 */
export function internalBinding<Name extends keyof Bindings>(name: Name): Bindings[Name] {
  // Opened at the first use: tests load this module in processes that do without.
  open ??= (process.getBuiltinModule('internal/test/binding') as unknown as { internalBinding: Open })
    .internalBinding
  return open(name)
}
