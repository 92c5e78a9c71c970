// What the benchmark uses of isolated-vm, which is not installed where Node.js is older than it needs.
declare module 'isolated-vm' {
  interface Callable {
    applySync(receiver: undefined, parameters: readonly string[]): unknown
    release(): void
  }
  interface Context {
    evalSync(code: string, options: { readonly reference: true }): Callable
    release(): void
  }
  interface Script {
    runSync(context: Context, options: { readonly reference: true }): Callable
  }
  class Isolate {
    constructor(options: { readonly memoryLimit: number })
    createContextSync(): Context
    compileScriptSync(code: string): Script
    dispose(): void
  }
  const ivm: { readonly Isolate: typeof Isolate }
  export default ivm
}
