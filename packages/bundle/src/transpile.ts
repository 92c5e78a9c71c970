import { SourceMap, type SourceMapPayload } from 'node:module'
import { posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Message, TransformOptions, TransformResult } from 'esbuild'
import { commonJsProblem } from './commonjs-problem.ts'
import { isTransformFailure } from './esbuild/esbuild-process.ts'
import { esbuild } from './esbuild/shared-esbuild.ts'
import { combined } from './problems.ts'
import { Remembered } from './remembered.ts'
import { syntaxError, type SyntaxProblem } from './syntax-error.ts'

const remembered = new Remembered<Transpiled>(32 * 1024 * 1024)

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

export interface TranspileOptions extends JsxTransform {
  readonly loader: 'js' | 'jsx' | 'ts' | 'tsx'
  /** Whether the code is ESM or TypeScript, which are always strict. */
  readonly strict: boolean
}

interface Transpiled {
  readonly code: string
  readonly map: string
}

/** What JSX becomes, and what a `tsconfig.json` says besides, in esbuild's words. */
export type JsxTransform = Pick<
  TransformOptions,
  'jsx' | 'jsxFactory' | 'jsxFragment' | 'jsxImportSource' | 'tsconfigRaw'
>

/**
 * Turns ESM, TypeScript, JSX or code with `import()` into the body of a CommonJS module, with its source map.
 *
 * @throws `BUNDLE_SYNTAX_ERROR`
 */
export async function transpile(path: string, text: string, options: TranspileOptions): Promise<Transpiled> {
  return remembered.get([path, JSON.stringify(options), text], () => transpileAnew(path, text, options))
}

async function transpileAnew(
  path: string,
  text: string,
  { strict, ...options }: TranspileOptions,
): Promise<Transpiled> {
  const { code, map: rawMap } = await run(path, withoutOwnMap(text), {
    ...TO_COMMONJS,
    ...(strict && STRICT_BLOCK),
    ...options,
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(path).href),
      'import.meta.filename': JSON.stringify(path),
      'import.meta.dirname': JSON.stringify(posix.dirname(path)),
    },
    sourcemap: 'external',
    sourcesContent: false,
    // By an ending of .mjs or .mts, esbuild would take the default import of a module turned into CommonJS for the
    // whole of its exports, as Node does for real CommonJS.
    sourcefile: path.replace(/\.m([jt]s)$/, '.$1'),
  })
  const map: SourceMapPayload = { ...JSON.parse(rawMap), sources: [path] }
  // esbuild lets through what V8 will not, such as a malformed regular expression.
  const problem = commonJsProblem(code)
  if (problem === undefined) return { code, map: JSON.stringify(map) }
  const origin = new SourceMap(map).findOrigin(problem.line, problem.column)
  const place = 'lineNumber' in origin ? { line: origin.lineNumber, column: origin.columnNumber } : {}
  throw syntaxError(path, text, { line: 1, column: 1, ...place, message: problem.message })
}

/**
 * esbuild obeys the last source map that a text names, and refuses the text for a malformed one. Places are to be those
 * of the guest's file: a name that esbuild cannot look up is put last.
 */
function withoutOwnMap(text: string): string {
  return text.includes('sourceMappingURL=') ? `${text}\n//# sourceMappingURL=none` : text
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
    result = await esbuild.run({
      start: ({ transform }) => transform(text, options),
      content: [path, JSON.stringify(options), text],
    })
  } catch (error) {
    if (!isTransformFailure(error)) throw error
    const found = error.errors.length === 0 ? [nowhere(error.message)] : error.errors.map(problemOf)
    throw combined(found.map((problem) => syntaxError(path, text, problem, error)))
  }
  if (result === undefined) {
    throw syntaxError(path, text, nowhere('It is nested too deeply or takes too long to parse'))
  }
  return result
}

/** What esbuild complains of, and where. */
export function problemOf({ text, location }: Message): SyntaxProblem {
  const message = text.startsWith('Top-level await')
    ? 'Top-level await is not supported; move it into an async function'
    : text
  if (location === null) return nowhere(message)
  // esbuild counts columns in bytes.
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString()
  return { message, line: location.line, column: before.length + 1 }
}

function nowhere(message: string): SyntaxProblem {
  return { message, line: 1, column: 1 }
}
