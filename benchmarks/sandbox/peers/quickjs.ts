import { inALoop } from '../contender.ts'
import { CODE, FUNC_NAME, INPUT } from '../work.ts'
import type { Peer } from './peer.ts'

/** quickjs-emscripten with a runtime, and so a heap, for each run: an interpreter inside WebAssembly. */
export async function startQuickJs(): Promise<Peer> {
  const { getQuickJS } = await import('quickjs-emscripten')
  const quickJs = await getQuickJS()
  const code = `const exports = {};${CODE}\n;JSON.stringify(exports.${FUNC_NAME}(JSON.parse(${JSON.stringify(INPUT)})))`
  const run = (): unknown => {
    const runtime = quickJs.newRuntime({ memoryLimitBytes: 64 * 1024 * 1024 })
    const context = runtime.newContext()
    try {
      return context.unwrapResult(context.evalCode(code)).consume((value) => context.getString(value))
    } finally {
      context.dispose()
      runtime.dispose()
    }
  }
  return { contender: inALoop(run), [Symbol.asyncDispose]: async () => {} }
}
