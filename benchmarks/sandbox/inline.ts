import { constants, createContext, Script } from 'node:vm'
import { createRealm } from '@isolated-runtime/sandbox/realm'
import { CODE, FILE, FUNC_NAME, INPUT } from './work.ts'

type Exports = Record<string, (input: unknown) => unknown>
type Define = (exports: Exports) => void

const script = new Script(`(function (exports) {${CODE}\n})`)

/** The same realm and call as a run makes, with nothing around them: no process, no thread, no limits. */
export function runInRealm(): string | undefined {
  const { context, inside } = createRealm()
  let result: string | undefined
  const port = {
    load: () => script.runInContext(context) as () => void,
    resolve: () => 'there is only one file',
    settle: (_: string, json?: string) => {
      result = json
    },
    log: () => {},
    library: () => () => undefined,
    startTimer: () => false,
    stopTimer: () => {},
    now: () => 0,
    entropy: () => '',
  }
  inside.enter(port, `/${FILE}`, FUNC_NAME, `[${INPUT}]`, undefined, undefined, false)
  return result
}

/** The call in a bare context of `node:vm`, with nothing of a sandbox: the least that fresh globals cost. */
export function runInBareContext(): string {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
  })
  const exports: Exports = {}
  const define = script.runInContext(context) as Define
  define(exports)
  return JSON.stringify(exports[FUNC_NAME]?.(JSON.parse(INPUT)))
}
