import { posix } from 'node:path'
import { z } from 'zod'
import type { Looked } from '../folder-walk.ts'
import { readInside } from '../npm/read-inside.ts'
import { fileRefused } from '../refusals.ts'
import { syntaxError } from '../syntax-error.ts'
import { parseJsonc, placeInJson } from './parse-jsonc.ts'

const MAX_BYTES = 256 * 1024
/** Files that extend each other. */
const MAX_DEPTH = 16

const compilerOptionsSchema = z.object({
  baseUrl: z.string().optional(),
  paths: z.record(z.string(), z.array(z.string())).optional(),
  jsx: z.string().optional(),
  jsxFactory: z.string().optional(),
  jsxFragmentFactory: z.string().optional(),
  jsxImportSource: z.string().optional(),
  emitDecoratorMetadata: z.boolean().optional(),
  experimentalDecorators: z.boolean().optional(),
  useDefineForClassFields: z.boolean().optional(),
  verbatimModuleSyntax: z.boolean().optional(),
  target: z.string().optional(),
})

const tsconfigSchema = z.object({
  extends: z.union([z.string(), z.array(z.string())]).optional(),
  compilerOptions: compilerOptionsSchema.default({}),
})

type CompilerOptions = z.output<typeof compilerOptionsSchema>

/** What a `tsconfig.json` says, with all that it extends; its paths are paths inside the bundle. */
export interface Tsconfig {
  /** Inside the bundle. */
  readonly path: string
  readonly options: Omit<CompilerOptions, 'paths'>
  /** From where `paths` count, and what they are. */
  readonly paths: Readonly<Record<string, readonly string[]>>
  /** What it extends that is not in the folder. */
  readonly unknown: readonly string[]
}

/**
 * Reads the `tsconfig.json` at a path inside the bundle, and those in the folder that it extends; `undefined` if there is none.
 *
 * @throws `BUNDLE_SYNTAX_ERROR`, `BUNDLE_FILE_REFUSED`
 */
export async function readTsconfig(
  guestFolder: string,
  path: string,
  looked: Looked[],
  depth = 0,
): Promise<Tsconfig | undefined> {
  const file = { folder: guestFolder, path: posix.join(guestFolder, path), shown: path, maxBytes: MAX_BYTES }
  const text = await readInside(file, looked)
  if (text === undefined) return undefined
  const parsed = tsconfigSchema.safeParse(parse(path, text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw fileRefused(path, `"${issue?.path.join('.') ?? ''}" is not what a tsconfig.json can have there`)
  }
  if (depth > MAX_DEPTH) throw fileRefused(path, 'it extends itself')
  const { extends: extended = [], compilerOptions } = parsed.data
  const directory = posix.dirname(path)
  const unknown: string[] = []
  const bases: Tsconfig[] = []
  for (const base of [extended].flat()) {
    const target = base.startsWith('.') ? posix.join(directory, base) : undefined
    const found =
      target === undefined ? undefined : await readAny(guestFolder, [target, `${target}.json`], looked, depth)
    if (found === undefined) unknown.push(base)
    else bases.push(found)
  }
  const { paths, ...options } = compilerOptions
  if (options.baseUrl !== undefined) options.baseUrl = posix.join(directory, options.baseUrl)
  return {
    path,
    options: Object.assign({}, ...bases.map((base) => base.options), options) as CompilerOptions,
    paths: paths === undefined ? (bases.at(-1)?.paths ?? {}) : absolute(paths, options.baseUrl ?? directory),
    unknown: [...bases.flatMap((base) => base.unknown), ...unknown],
  }
}

async function readAny(
  guestFolder: string,
  paths: readonly string[],
  looked: Looked[],
  depth: number,
): Promise<Tsconfig | undefined> {
  for (const path of paths) {
    if (path.startsWith('/..') || !path.endsWith('.json')) continue
    const found = await readTsconfig(guestFolder, path, looked, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

function parse(path: string, text: string): unknown {
  try {
    return parseJsonc(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw syntaxError(path, text, { message, ...placeInJson(error) }, error)
  }
}

function absolute(
  paths: Readonly<Record<string, readonly string[]>>,
  base: string,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(paths).map(([pattern, targets]) => [
      pattern,
      targets.map((target) => posix.join(base, target)),
    ]),
  )
}
