import { compileFunction } from 'node:vm'
import type { SyntaxProblem } from './syntax-error.ts'

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname']
const FILENAME = 'module'

/** Why code cannot be the body of a CommonJS module; `undefined` if it can. Nothing of it is run. */
export function commonJsProblem(code: string): SyntaxProblem | undefined {
  try {
    // Text put between `function () {` and `}` could close that function by itself; this cannot be broken out of.
    compileFunction(code, PARAMETERS, { filename: FILENAME })
    return undefined
  } catch (error) {
    if (error instanceof SyntaxError) return { message: error.message, ...placeOf(error) }
    if (error instanceof RangeError) return { message: 'It is nested too deeply', line: 1, column: 1 }
    throw error
  }
}

/** V8 tells the place only in the head of the stack: `module:3`, the line, and `^` under the column. */
function placeOf(error: SyntaxError): { line: number; column: number } {
  const [head = '', , carets = ''] = (error.stack ?? '').split('\n')
  const line = Number(head.slice(`${FILENAME}:`.length))
  return { line: line > 0 ? line : 1, column: carets.indexOf('^') + 1 || 1 }
}
