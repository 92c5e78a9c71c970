import type { Pristine } from './pristine.ts'

/** What is used of the global; TypeScript knows it only together with the globals of browsers. */
interface WebAssemblyGlobal {
  readonly Module: new (bytes: unknown, options?: unknown) => object
  readonly Instance: new (module: object, imports?: unknown) => object
}

/**
 * Puts functions that compile at once in the place of V8's `compile` and `instantiate`, whose promises another thread
 * settles when the run may long be over: nothing of a run must wake by itself, and its CPU time is watched.
 */
export function confineWebAssembly({ defineProperty, global }: Pristine): void {
  const engine = Reflect.get(global, 'WebAssembly') as WebAssemblyGlobal
  const { Instance, Module } = engine

  const replacements = {
    async compile(bytes: unknown, options?: unknown): Promise<object> {
      return new Module(bytes, options)
    },
    async instantiate(source: unknown, imports?: unknown, options?: unknown): Promise<object> {
      if (source instanceof Module) return new Instance(source, imports)
      const module = new Module(source, options)
      return { module, instance: new Instance(module, imports) }
    },
  }
  for (const [name, value] of Object.entries(replacements)) {
    defineProperty(engine, name, {
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    } as PropertyDescriptor)
  }
}
