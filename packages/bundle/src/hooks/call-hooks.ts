import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { syntaxError } from '../syntax-error.ts'
import type { CompileHook, ResolveHook } from './hooks.ts'
import { HookTimeout } from './time-limit.ts'

/**
 * What a hook makes of the text of a file; `undefined` if it leaves it.
 *
 * @throws `BUNDLE_SYNTAX_ERROR` if the hook throws an error that has a `line`
 * @throws `BUNDLE_HOOK_FAILED` if it throws anything else, gives no text, or does not settle in time
 */
export async function compileByHook(
  compile: CompileHook,
  text: string,
  path: string,
): Promise<string | undefined> {
  let code: unknown
  try {
    code = await compile(text, path)
  } catch (thrown) {
    const place = placeOf(thrown)
    const message = messageOf(thrown)
    if (place !== undefined) throw syntaxError(path, text, { ...place, message }, thrown)
    throw hookFailed(`The hook "compile" ${failureOf(thrown, `for ${path}`)}`, thrown)
  }
  if (code === undefined || typeof code === 'string') return code
  throw hookFailed(
    `The hook "compile" gave a value of type ${typeof code} for ${path}, expected text or undefined`,
  )
}

/** What a hook says that a specifier leads to. @throws `BUNDLE_HOOK_FAILED` */
export async function resolveByHook(
  resolve: ResolveHook,
  specifier: string,
  importer: string,
): Promise<string | undefined> {
  let target: unknown
  try {
    target = await resolve(specifier, importer)
  } catch (thrown) {
    throw hookFailed(`The hook "resolve" ${failureOf(thrown, `for '${specifier}' in ${importer}`)}`, thrown)
  }
  if (target === undefined || typeof target === 'string') return target
  throw hookFailed(
    `The hook "resolve" gave a value of type ${typeof target} for '${specifier}' in ${importer}, expected text or undefined`,
  )
}

function placeOf(thrown: unknown): { line: number; column: number } | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('line' in thrown)) return undefined
  const { line } = thrown
  const column = 'column' in thrown ? thrown.column : 1
  if (typeof line !== 'number' || !Number.isSafeInteger(line) || line < 1) return undefined
  return { line, column: Number.isSafeInteger(column) ? Math.max(1, Number(column)) : 1 }
}

function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? thrown.message : String(thrown)
  } catch {
    return 'a value that cannot be shown as text'
  }
}

function failureOf(thrown: unknown, where: string): string {
  const what = thrown instanceof HookTimeout ? 'was called' : 'threw'
  return `${what} ${where}: ${messageOf(thrown)}`
}

function hookFailed(message: string, cause?: unknown): IsolatedRuntimeError {
  return new IsolatedRuntimeError('BUNDLE_HOOK_FAILED', message, { cause })
}
