import { IsolatedRuntimeError } from '@isolated-runtime/protocol'

/** Why a file does not parse, and where: line and column count from 1, columns in UTF-16 code units. */
export interface SyntaxProblem {
  readonly message: string
  readonly line: number
  readonly column: number
}

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/
// A terminal would obey these, and a tab would move the caret away from its place.
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f]/g
const FRAME_WIDTH = 100

/** The error for a file that does not parse: its place, the reason, and the line with a caret under it. */
export function syntaxError(
  path: string,
  text: string,
  problem: SyntaxProblem,
  cause?: unknown,
): IsolatedRuntimeError {
  const place = `${path}:${problem.line}:${problem.column}`
  const message = `Cannot parse ${place}: ${problem.message}\n\n${codeFrame(text, problem)}`
  const code = 'BUNDLE_SYNTAX_ERROR'
  return new IsolatedRuntimeError(code, message, { cause, problems: [{ code, file: path, ...problem }] })
}

/** The line of a problem, with a caret under its place. */
export function codeFrame(text: string, { line, column }: SyntaxProblem): string {
  const whole = text.split(LINE_BREAK)[line - 1] ?? ''
  // Minified code is one line of megabytes.
  const start = Math.max(0, column - FRAME_WIDTH / 2)
  const shown = whole.slice(start, start + FRAME_WIDTH).replace(UNPRINTABLE, ' ')
  const caret = ' '.repeat(Math.max(0, column - 1 - start))
  const gutter = String(line)
  return `  ${gutter} | ${shown}\n  ${' '.repeat(gutter.length)} | ${caret}^`
}
