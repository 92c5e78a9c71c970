import { codeOf, type Contender } from './contender.ts'

const MEMORY_MB = 64

/** isolated-vm with an isolate for each tenant, which is kept, and a context for each call. */
export async function startIsolates(): Promise<Contender> {
  const { default: ivm } = await import('isolated-vm')
  const tenants = new Map<string, ReturnType<typeof start>>()
  const start = (tenant: string): { isolate: InstanceType<typeof ivm.Isolate>; module: string } => {
    const module = `(function (exports) {${codeOf(tenant)}\n;return (input) => JSON.stringify(exports.echo(JSON.parse(input)))})({})`
    const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MB })
    tenants.set(tenant, { isolate, module })
    return { isolate, module }
  }
  return {
    call: async (tenant) => {
      const { isolate, module } = tenants.get(tenant) ?? start(tenant)
      const context = isolate.createContextSync()
      const func = context.evalSync(module, { reference: true })
      func.applySync(undefined, ['1'])
      func.release()
      context.release()
    },
    [Symbol.asyncDispose]: async () => {
      for (const { isolate } of tenants.values()) isolate.dispose()
    },
  }
}
