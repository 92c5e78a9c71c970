import { IsolatedRuntimeError, type BundleFile } from '@isolated-runtime/protocol'
import { mapInOrder } from '../map-in-order.ts'
import { buildPackages, type Built } from './build-packages.ts'
import { groupByShared } from './group-by-shared.ts'
import { ownModules } from './own-modules.ts'
import { Links } from './links.ts'
import type { PackageFile } from './package-files.ts'
import type { GraphOptions } from './package-graph.ts'

/** Builds of packages that ask for more with each, which are few. */
const MAX_ROUNDS = 20
/** Builds in which modules that nothing is known to ask for turn out not to parse; then all of these are left out. */
const MAX_REFUSALS = 3

type Options = Omit<GraphOptions, 'shared' | 'whole'>

/** What was built of entries, each by itself. */
interface Alone {
  readonly entries: ReadonlyMap<string, PackageFile>
  readonly built: ReadonlyMap<string, Built>
  /** Files of packages that are files of the bundle, because they are asked for at run time. */
  readonly apart: ReadonlySet<string>
}

/**
 * Makes files of a bundle of files of packages: one for each entry, with all that it depends on. What several depend on
 * is in one file that these share, so that there is one instance of it. A package that asks for files in a way that only
 * a run can tell has each of its files as one of the bundle.
 *
 * @throws `BUNDLE_SYNTAX_ERROR` for a package that does not parse
 * @throws `BUNDLE_TOO_LARGE`, `BUNDLE_FILE_REFUSED`
 */
export async function packPackages(options: Options): Promise<Readonly<Record<string, BundleFile>>> {
  if (options.entries.size === 0) return {}
  const whole = new Set<string>()
  const { entries, built: alone, apart } = await buildAlone(options, whole)
  const groups = groupByShared(
    new Map(
      [...alone].flatMap(([label, { inputs }]) => (apart.has(label) ? [] : [[label, inputs] as const])),
    ),
  )
  const shared = new Map(
    groups
      .filter((group) => group.length > 1)
      .map((group, index) => [`/node_modules/shared-${index + 1}.js`, group]),
  )
  const { built: together } =
    shared.size === 0
      ? { built: new Map<string, Built>() }
      : await buildPackages({ ...options, entries, shared, whole }, [...shared.keys()])
  const files = new Map([...alone, ...together].map(([path, { file }]): [string, BundleFile] => [path, file]))
  for (const [path, group] of shared)
    for (const label of group) files.set(label, { kind: 'commonjs', code: reexport(path, label) })
  return Object.fromEntries(files)
}

/** Builds each entry by itself, and the files that packages have to have apart, until there are no more of these. */
async function buildAlone(options: Options, whole: Set<string>): Promise<Alone> {
  const entries = new Map(options.entries)
  const apart = new Set<string>()
  /** Modules that nothing is known to ask for: one that does not parse is left out. */
  const optional = new Set<string>()
  const links = new Links(options)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const labels = [...entries.keys()]
    const result = await buildPackages({ ...options, entries, shared: new Map(), whole }, labels, optional)
    const dropped = round < MAX_REFUSALS ? result.refused : result.refused.length > 0 ? [...optional] : []
    for (const label of dropped) entries.delete(label)
    const before = entries.size
    for (const [label, file] of result.apart) {
      apart.add(label)
      optional.delete(label)
      entries.set(label, file)
    }
    const modules = await mapInOrder(result.opaque, 1, (each) => addWhole(each, whole))
    for (const file of modules.flat()) {
      const label = options.labels.of(file)
      apart.add(label)
      if (!entries.has(label)) optional.add(label)
      entries.set(label, file)
    }
    for (const [label, file] of await links.add([...apart].map((each) => [each, entries.get(each)])))
      entries.set(label, file)
    if (entries.size === before && result.refused.length === 0)
      return { entries, built: links.applied(result.built), apart }
  }
  throw new IsolatedRuntimeError('INTERNAL', 'Packing packages came to no end')
}

async function addWhole(file: PackageFile, whole: Set<string>): Promise<readonly PackageFile[]> {
  const { realPath } = file.folder
  if (whole.has(realPath)) return []
  const files = await ownModules(file)
  if (files.length > 0) whole.add(realPath)
  return files
}

function reexport(path: string, label: string): string {
  return `module.exports = require(${JSON.stringify(path)})[${JSON.stringify(label)}]()`
}
