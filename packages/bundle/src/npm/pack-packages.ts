import { IsolatedRuntimeError, type BundleFile } from '@isolated-runtime/protocol'
import type { Metafile } from 'esbuild'
import { commonJsProblem } from '../commonjs-problem.ts'
import { isTransformFailure } from '../esbuild/esbuild-process.ts'
import type { Esbuild } from '../esbuild/load-esbuild.ts'
import { esbuild } from '../esbuild/shared-esbuild.ts'
import { figure } from '../refusals.ts'
import { syntaxError } from '../syntax-error.ts'
import { problemOf } from '../transpile.ts'
import { groupByShared } from './group-by-shared.ts'
import { PackageGraph, type GraphOptions } from './package-graph.ts'

/** The largest packages take a few seconds. */
const DEADLINE_MS = 20_000
/** Shown in an error. */
const MAX_NAMES = 3

/** What builds for browsers expect to be there. */
const DEFINED = {
  self: 'globalThis',
  'process.env.NODE_ENV': '"production"',
  'import.meta.url': '"file:///node_modules/"',
}

type Missing = ReadonlyMap<string, string>
type CommonJsFile = Extract<BundleFile, { kind: 'commonjs' }>

/** What one build made of an entry. */
interface Built {
  readonly file: CommonJsFile
  /** The files it was made of. */
  readonly inputs: readonly string[]
}

/**
 * Makes files of a bundle of files of packages: one for each entry, with all that it depends on. What several depend on
 * is in one file that these share, so that there is one instance of it.
 *
 * @throws `BUNDLE_SYNTAX_ERROR` for a package that does not parse
 * @throws `BUNDLE_TOO_LARGE`, `BUNDLE_FILE_REFUSED`
 */
export async function packPackages(
  options: Omit<GraphOptions, 'shared'>,
): Promise<Readonly<Record<string, BundleFile>>> {
  const labels = [...options.entries.keys()]
  if (labels.length === 0) return {}
  const alone = await buildEntries({ ...options, shared: new Map() }, labels)
  const groups = groupByShared(new Map([...alone].map(([label, { inputs }]) => [label, inputs])))
  const shared = new Map(
    groups
      .filter((group) => group.length > 1)
      .map((group, index) => [`/node_modules/shared-${index + 1}.js`, group]),
  )
  const together =
    shared.size === 0
      ? new Map<string, Built>()
      : await buildEntries({ ...options, shared }, [...shared.keys()])
  const files = new Map([...alone, ...together].map(([path, { file }]): [string, BundleFile] => [path, file]))
  for (const [path, group] of shared)
    for (const label of group) files.set(label, { kind: 'commonjs', code: reexport(path, label) })
  return Object.fromEntries(files)
}

function reexport(path: string, label: string): string {
  return `module.exports = require(${JSON.stringify(path)})[${JSON.stringify(label)}]()`
}

async function buildEntries(options: GraphOptions, names: readonly string[]): Promise<Map<string, Built>> {
  const result = await tryBuild(options, names)
  if (result === undefined)
    throw new IsolatedRuntimeError(
      'BUNDLE_SYNTAX_ERROR',
      `Cannot pack the packages of ${someOf(names)}: one is nested too deeply or takes too long to parse`,
    )
  const { outputs, metafile, missing } = result
  return new Map(
    names.map((name, index) => {
      const inputs = Object.keys(metafile.outputs[`${index}.js`]?.inputs ?? {}).filter(
        (id) => !id.startsWith('entry:'),
      )
      const left = inputs.flatMap((id) => externalsOf(metafile, id))
      const reasons = left.flatMap((specifier) => entryOf(missing, specifier))
      const code = outputs.get(index) ?? ''
      return [name, { inputs, file: fileOf(name, code, Object.fromEntries(reasons)) }]
    }),
  )
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(', ')
  return names.length <= MAX_NAMES ? shown : `${shown} and ${figure(names.length - MAX_NAMES)} others`
}

async function tryBuild(options: GraphOptions, names: readonly string[]) {
  const start = async ({ build }: Esbuild) => {
    const graph = new PackageGraph(options)
    const { outputFiles, metafile } = await build({
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
      tsconfigRaw: '{}',
      logLevel: 'silent',
      plugins: [graph.plugin],
    })
    const outputs = new Map(outputFiles.map(({ path, text }) => [Number.parseInt(path.slice(1), 10), text]))
    return { outputs, metafile, missing: graph.missing }
  }
  try {
    return await esbuild.run({ start, deadlineMs: DEADLINE_MS, content: contentOf(options, names) })
  } catch (error) {
    if (!isTransformFailure(error)) throw error
    const [message] = error.errors
    if (message?.detail instanceof IsolatedRuntimeError) throw message.detail
    if (message === undefined || message.location === null)
      throw new IsolatedRuntimeError('BUNDLE_SYNTAX_ERROR', `Cannot pack packages: ${error.message}`, {
        cause: error,
      })
    const { file, line, lineText } = message.location
    const text = '\n'.repeat(line - 1) + lineText
    throw syntaxError(file.replace(/^npm:|\.mjs(?<=\.js\.mjs)$/g, ''), text, problemOf(message), error)
  }
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

function fileOf(path: string, code: string, missing: Readonly<Record<string, string>>): CommonJsFile {
  // esbuild lets through what V8 will not, such as a malformed regular expression.
  const problem = commonJsProblem(code)
  if (problem !== undefined) throw syntaxError(path, code, problem)
  return { kind: 'commonjs', code, ...(Object.keys(missing).length > 0 && { missing }) }
}
