import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { stampOf, type Looked } from '../folder-walk.ts'
import type { ParsedPackOptions } from '../pack-options.ts'
import type { CompileHook, ResolveHook } from './hooks.ts'
import { withinTime } from './time-limit.ts'

export interface Hooks {
  readonly compile: CompileHook | undefined
  readonly resolve: ResolveHook | undefined
  /** The modules they came from. */
  readonly looked: readonly Looked[]
}

/**
 * The hooks of some options, each of whose calls has a time limit; a module is loaded anew when its file has changed.
 *
 * @throws `INVALID_OPTIONS`
 */
export async function loadHooks(
  options: Pick<ParsedPackOptions, 'compile' | 'resolve' | 'hookTimeoutMs'>,
): Promise<Hooks> {
  const { hookTimeoutMs } = options
  const looked: Looked[] = []
  const load = async <Hook extends (...args: never[]) => unknown>(
    name: 'compile' | 'resolve',
    option: Hook | string | undefined,
  ): Promise<Hook | undefined> =>
    typeof option === 'string' ? importHook<Hook>(name, option, { looked, hookTimeoutMs }) : option
  const compile = await load('compile', options.compile)
  const resolveHook = await load('resolve', options.resolve)
  return {
    compile: compile && ((code, path) => withinTime(compile(code, path), hookTimeoutMs)),
    resolve:
      resolveHook && ((specifier, importer) => withinTime(resolveHook(specifier, importer), hookTimeoutMs)),
    looked,
  }
}

async function importHook<Hook>(
  name: 'compile' | 'resolve',
  path: string,
  { looked, hookTimeoutMs }: { readonly looked: Looked[]; readonly hookTimeoutMs: number },
): Promise<Hook> {
  const absolute = resolve(path)
  let exports: Record<string, unknown>
  try {
    const stat = statSync(absolute, { bigint: true })
    looked.push({ path: absolute, stat })
    // By another address, so that Node.js does not give what it loaded before.
    const address = `${pathToFileURL(absolute).href}?${stampOf(stat)}`
    exports = await withinTime<Promise<Record<string, unknown>>>(import(address), hookTimeoutMs)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw invalid(name, path, `cannot be loaded: ${why}`, cause)
  }
  // What CommonJS exports is the default.
  const candidates = [
    exports[name],
    exports['default'],
    Reflect.get(Object(exports['default']), name) as unknown,
  ]
  const hook = candidates.find((candidate) => typeof candidate === 'function')
  if (hook === undefined)
    throw invalid(name, path, `exports no function, neither as "${name}" nor by default`)
  return hook as Hook
}

function invalid(name: string, path: string, why: string, cause?: unknown): IsolatedRuntimeError {
  return new IsolatedRuntimeError(
    'INVALID_OPTIONS',
    `Invalid options for packing: "${name}": the module "${path}" ${why}`,
    { cause },
  )
}
