import { readFileSync } from 'node:fs'
import { constants, createContext, Script } from 'node:vm'
import { FILE, FOLDER, FUNC_NAME, INPUT } from './work.ts'

const code = readFileSync(`${FOLDER}/${FILE}`, 'utf8')
const script = new Script(`(function (exports) {${code}\n})`)

/** The same realm and call with nothing around them: no process, no thread, no limits. What all else is measured by. */
export function runInline(): string {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
  })
  const exports: Record<string, (input: unknown) => unknown> = {}
  const define = script.runInContext(context) as (exports: object) => void
  define(exports)
  return JSON.stringify(exports[FUNC_NAME]?.(JSON.parse(INPUT)))
}
