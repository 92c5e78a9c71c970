import { CODE, FUNC_NAME, INPUT } from '../work.ts'
import { inALoop } from '../contender.ts'
import type { Peer } from './peer.ts'

const MEMORY_MB = 64
const MODULE = `(function (exports) {${CODE}\n;return (input) => JSON.stringify(exports.${FUNC_NAME}(JSON.parse(input)))})({})`

/** isolated-vm with an isolate, and so a heap, for each run. */
export async function startFreshIsolates(): Promise<Peer> {
  const { default: ivm } = await import('isolated-vm')
  const run = (): unknown => {
    const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MB })
    try {
      const func = isolate.createContextSync().evalSync(MODULE, { reference: true })
      return func.applySync(undefined, [INPUT])
    } finally {
      isolate.dispose()
    }
  }
  return { contender: inALoop(run), [Symbol.asyncDispose]: async () => {} }
}

/** isolated-vm with one isolate, and a context for each run. */
export async function startFreshContexts(): Promise<Peer> {
  const { default: ivm } = await import('isolated-vm')
  const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MB })
  const script = isolate.compileScriptSync(MODULE)
  const run = (): unknown => {
    const context = isolate.createContextSync()
    const func = script.runSync(context, { reference: true })
    const result = func.applySync(undefined, [INPUT])
    func.release()
    context.release()
    return result
  }
  return { contender: inALoop(run), [Symbol.asyncDispose]: async () => isolate.dispose() }
}
