import { IsolatedRuntimeError, type BundleFile } from '@isolated-runtime/protocol'
import type { BuildFailure, Metafile } from 'esbuild'
import { commonJsProblem } from '../commonjs-problem.ts'
import { isTransformFailure } from '../esbuild/esbuild-process.ts'
import type { Esbuild } from '../esbuild/load-esbuild.ts'
import { esbuild } from '../esbuild/shared-esbuild.ts'
import { figure } from '../refusals.ts'
import { syntaxError } from '../syntax-error.ts'
import { problemOf } from '../transpile.ts'
import { NODE_GLOBALS, withNodeGlobals } from './node-globals.ts'
import { opaqueFiles, TELL_OPAQUE_REQUIRES } from './opaque-requires.ts'
import type { PackageFile } from './package-files.ts'
import { PackageGraph, type GraphOptions } from './package-graph.ts'

/** The largest packages take a few seconds. */
const DEADLINE_MS = 20_000
/** Each comes with its whole line, which may be megabytes. */
const MAX_MESSAGES = 16
/** Shown in an error. */
const MAX_NAMES = 3

/** What builds for browsers expect to be there. */
const DEFINED = {
  ...NODE_GLOBALS,
  self: 'globalThis',
  'process.env.NODE_ENV': '"production"',
  'import.meta.url': '"file:///node_modules/"',
}

type Missing = ReadonlyMap<string, string>
type CommonJsFile = Extract<BundleFile, { kind: 'commonjs' }>

/** What one build made of an entry. */
export interface Built {
  readonly file: CommonJsFile
  /** The files it was made of. */
  readonly inputs: readonly string[]
}

/** What a build made of all its entries. */
export interface BuiltPackages {
  readonly built: ReadonlyMap<string, Built>
  /** Files that have to be files of the bundle besides, by their path in it. */
  readonly apart: ReadonlyMap<string, PackageFile>
  /** Files that ask for others in a way that only a run can tell. */
  readonly opaque: readonly PackageFile[]
  /** Entries that may be left out, and that do not parse. */
  readonly refused: readonly string[]
}

/**
 * Builds entries, each with all that it depends on.
 *
 * @param optional names of entries that are left out where they do not parse
 * @throws `BUNDLE_SYNTAX_ERROR` for a package that does not parse
 * @throws `BUNDLE_TOO_LARGE`, `BUNDLE_FILE_REFUSED`
 */
export async function buildPackages(
  options: GraphOptions,
  names: readonly string[],
  optional: ReadonlySet<string> = new Set(),
): Promise<BuiltPackages> {
  const result = await tryBuild(options, names, optional)
  if (result === undefined)
    throw new IsolatedRuntimeError(
      'BUNDLE_SYNTAX_ERROR',
      `Cannot pack the packages of ${someOf(names)}: one is nested too deeply or takes too long to parse`,
    )
  if ('refused' in result) return { built: new Map(), apart: new Map(), opaque: [], refused: result.refused }
  const { outputs, metafile, graph, opaque } = result
  const refused: string[] = []
  const built = new Map<string, Built>()
  for (const [index, name] of names.entries()) {
    const inputs = Object.keys(metafile.outputs[`${index}.js`]?.inputs ?? {}).filter(
      (id) => !id.startsWith('entry:'),
    )
    const left = inputs.flatMap((id) => externalsOf(metafile, id))
    const reasons = left.flatMap((specifier) => entryOf(graph.missing, specifier))
    const code = withNodeGlobals(outputs.get(index) ?? '')
    // esbuild lets through what V8 will not, such as a malformed regular expression.
    const problem = commonJsProblem(code)
    if (problem !== undefined && !optional.has(name)) throw syntaxError(name, code, problem)
    if (problem !== undefined) refused.push(name)
    else built.set(name, { inputs, file: fileOf(code, Object.fromEntries(reasons)) })
  }
  return { built, apart: graph.apart, opaque, refused }
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ')
  return names.length <= MAX_NAMES ? shown : `${shown} and ${figure(names.length - MAX_NAMES)} others`
}

async function tryBuild(options: GraphOptions, names: readonly string[], optional: ReadonlySet<string>) {
  const start = async ({ build }: Esbuild) => {
    const graph = new PackageGraph(options)
    const { outputFiles, metafile, warnings } = await build({
      entryPoints: names.map((name, index) => ({ in: name, out: String(index) })),
      absWorkingDir: '/',
      outdir: '/',
      bundle: true,
      write: false,
      metafile: true,
      format: 'cjs',
      platform: 'neutral',
      target: 'node26',
      // A realm has no loader for import(): it becomes a require() in a promise.
      supported: { 'dynamic-import': false },
      define: DEFINED,
      charset: 'utf8',
      legalComments: 'none',
      minifyWhitespace: options.isDense === true,
      tsconfigRaw: '{}',
      logLevel: 'silent',
      logLimit: MAX_MESSAGES,
      logOverride: TELL_OPAQUE_REQUIRES,
      plugins: [graph.plugin],
    })
    const outputs = new Map(outputFiles.map(({ path, text }) => [Number.parseInt(path.slice(1), 10), text]))
    const opaque = [...new Set(opaqueFiles(warnings))].flatMap((path) => graph.fileOf(path) ?? [])
    return { outputs, metafile, graph, opaque }
  }
  try {
    return await esbuild.run({ start, deadlineMs: DEADLINE_MS, content: contentOf(options, names) })
  } catch (error) {
    if (!isTransformFailure(error)) throw error
    const refused = optionalAtFault(error, optional)
    if (refused !== undefined) return { refused }
    throw packingError(error)
  }
}

/** The entries whose fault a failure is, if all of these may be left out. */
function optionalAtFault(
  { errors }: Pick<BuildFailure, 'errors'>,
  optional: ReadonlySet<string>,
): string[] | undefined {
  const names = errors.map(({ location }) => (location === null ? undefined : labelOf(location.file)))
  const refused = names.filter((name) => name !== undefined && optional.has(name)) as string[]
  return refused.length > 0 && refused.length === names.length ? [...new Set(refused)] : undefined
}

function packingError(error: BuildFailure | { errors: BuildFailure['errors']; message: string }): Error {
  const [message] = error.errors
  if (message?.detail instanceof IsolatedRuntimeError) return message.detail
  if (message === undefined || message.location === null)
    return new IsolatedRuntimeError('BUNDLE_SYNTAX_ERROR', `Cannot pack packages: ${error.message}`, {
      cause: error,
    })
  const { file, line, lineText } = message.location
  const text = '\n'.repeat(line - 1) + lineText
  return syntaxError(labelOf(file), text, problemOf(message), error)
}

/** What a file is called in the bundle, by what esbuild calls it. */
function labelOf(file: string): string {
  return file.replace(/^npm:|\.mjs(?<=\.js\.mjs)$/g, '')
}

/** What installed packages are known by; a guest's own packages may be edited without another version. */
function contentOf({ entries }: GraphOptions, names: readonly string[]): readonly string[] | undefined {
  const files = [...entries.values()]
  if (files.some(({ folder }) => folder.isGuests)) return undefined
  return [
    'packages',
    ...names,
    ...files.flatMap(({ realPath, folder }) => [realPath, folder.manifest.version ?? '']),
  ]
}

function externalsOf({ inputs }: Metafile, id: string): string[] {
  return (inputs[id]?.imports ?? []).filter(({ external }) => external).map(({ path }) => path)
}

function entryOf(missing: Missing, specifier: string): [string, string][] {
  const why = missing.get(specifier)
  return why === undefined || specifier === '__proto__' ? [] : [[specifier, why]]
}

function fileOf(code: string, missing: Readonly<Record<string, string>>): CommonJsFile {
  return { kind: 'commonjs', code, ...(Object.keys(missing).length > 0 && { missing }) }
}
