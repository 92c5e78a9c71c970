import { SourceMap } from 'node:module'
import type { Message, TransformOptions, TransformResult } from 'esbuild'
import { commonJsProblem } from './commonjs-problem.ts'
import { EsbuildProcess, isTransformFailure } from './esbuild-process.ts'
import { syntaxError } from './syntax-error.ts'

const DEADLINE_MS = 10_000
const esbuild = new EsbuildProcess(DEADLINE_MS)

const TO_COMMONJS: TransformOptions = {
  format: 'cjs',
  platform: 'neutral',
  target: 'node26',
  // A realm has no loader for import(): it becomes a require() in a promise.
  supported: { 'dynamic-import': false },
  charset: 'utf8',
  logLevel: 'silent',
}

/**
 * ESM is strict and may name its own variables like the parameters of a CommonJS module, such as `exports`.
 * esbuild cares for neither.
 */
const STRICT_BLOCK: TransformOptions = { banner: '"use strict";{', footer: '}' }

export interface TranspileOptions {
  readonly language: 'js' | 'ts'
  /** Whether the code is ESM or TypeScript, which are always strict. */
  readonly strict: boolean
}

/**
 * Turns ESM, TypeScript or code with `import()` into the body of a CommonJS module.
 *
 * @throws `BUNDLE_SYNTAX_ERROR`
 */
export async function transpile(path: string, text: string, options: TranspileOptions): Promise<string> {
  const esbuildOptions: TransformOptions = {
    ...TO_COMMONJS,
    ...(options.strict && STRICT_BLOCK),
    loader: options.language,
    // By an ending of .mjs or .mts, esbuild would take the default import of a module turned into CommonJS for the
    // whole of its exports, as Node does for real CommonJS.
    sourcefile: path.replace(/\.m([jt]s)$/, '.$1'),
  }
  const { code } = await run(path, text, esbuildOptions)
  // esbuild lets through what V8 will not, such as a malformed regular expression.
  const problem = commonJsProblem(code)
  if (problem === undefined) return code
  const { map } = await run(path, text, { ...esbuildOptions, sourcemap: 'external' })
  const origin = new SourceMap(JSON.parse(map)).findOrigin(problem.line, problem.column)
  const place = 'lineNumber' in origin ? { line: origin.lineNumber, column: origin.columnNumber } : {}
  throw syntaxError(path, text, { line: 1, column: 1, ...place, message: problem.message })
}

/** @throws `BUNDLE_SYNTAX_ERROR` if the text is not JSON */
export async function validateJson(path: string, text: string): Promise<void> {
  try {
    JSON.parse(text)
  } catch (cause) {
    // JSON.parse often does not tell the place; esbuild does.
    await run(path, text, { loader: 'json', logLevel: 'silent' })
    const message = cause instanceof Error ? cause.message : String(cause)
    throw syntaxError(path, text, { message, line: 1, column: 1 }, cause)
  }
}

async function run(path: string, text: string, options: TransformOptions): Promise<TransformResult> {
  let result: TransformResult | undefined
  try {
    result = await esbuild.transform(text, options)
  } catch (error) {
    if (!isTransformFailure(error)) throw error
    const [message] = error.errors
    throw syntaxError(path, text, message ? problemOf(message) : nowhere(error.message), error)
  }
  if (result === undefined) {
    throw syntaxError(path, text, nowhere('It is nested too deeply or takes too long to parse'))
  }
  return result
}

function problemOf({ text, location }: Message) {
  const message = text.startsWith('Top-level await')
    ? 'Top-level await is not supported; move it into an async function'
    : text
  if (location === null) return nowhere(message)
  // esbuild counts columns in bytes.
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString()
  return { message, line: location.line, column: before.length + 1 }
}

function nowhere(message: string) {
  return { message, line: 1, column: 1 }
}
