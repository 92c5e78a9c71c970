import { IsolatedRuntimeError, ModulePaths, type BundleFile } from '@isolated-runtime/protocol'
import type { ResolveHook } from './hooks/hooks.ts'
import { targetsOf, type Target } from './link-targets.ts'
import { esbuildExports } from './esbuild/esbuild-exports.ts'
import { mapInOrder } from './map-in-order.ts'
import { withStandIns } from './npm/pack-stand-ins.ts'
import { packWanted } from './npm/pack-wanted.ts'
import { PackageFiles } from './npm/package-files.ts'
import type { PackageFolders } from './npm/package-folders.ts'
import type { PackageLabels } from './npm/package-labels.ts'
import type { StandIns } from './npm/stand-ins.ts'
import { MODULE_EXPORTS, moduleExportsOf } from './module-exports.ts'
import { OwnImports } from './own-imports.ts'
import type { Problems } from './problems.ts'
import type { Source } from './read-source.ts'

const FILES_AT_ONCE = 8

type Files = Readonly<Record<string, BundleFile>>

/** What the specifiers of a folder's files are looked for in. */
export interface LinkOptions {
  readonly folders: PackageFolders
  readonly external: readonly string[]
  readonly conditions: readonly string[]
  readonly standIns: StandIns
  readonly resolve: ResolveHook | undefined
  readonly maxBytes: number
  readonly maxFiles: number
}

/**
 * Decides what the specifiers of the files lead to, and adds the packages that they need.
 *
 * @param sources what the files were made of
 * @param problems gets what is wrong with them
 * @throws as `packWanted` does
 */
export async function linkSources(
  sources: readonly Source[],
  files: Files,
  problems: Problems,
  { folders, external, conditions, standIns, maxBytes, maxFiles, ...options }: LinkOptions,
): Promise<Files> {
  const packages = new PackageFiles(folders, { allowed: external, conditions, standIns })
  const targetOptions = {
    ...options,
    packages,
    paths: new ModulePaths(files),
    ownImports: new OwnImports(sources, conditions),
    isEsmWithModuleExports: (path: string) => exportsOf(files[path]).includes('module.exports'),
  }
  const targets = await mapInOrder(sources, FILES_AT_ONCE, (source) =>
    problems.collect(() => targetsOf(source, targetOptions), []),
  )
  const wanted = targets.flat().flatMap((target) => (target.kind === 'package' ? [target.file] : []))
  const packing = { packages, folders, external, conditions, maxBytes, maxFiles }
  const packedWanted = await problems.collect(() => packWanted(wanted, packing), undefined)
  if (packedWanted === undefined) return files
  const { files: packed, labels } = packedWanted
  const linked = sources.map(({ path }, index) => [
    path,
    withTargets(files[path], targets[index] ?? [], labels),
  ])
  return withStandIns({
    ...(Object.fromEntries(linked) as Files),
    ...moduleExportsFiles(targets.flat()),
    ...packed,
  })
}

/** The exports of what was an ES module or TypeScript. */
function exportsOf(file: BundleFile | undefined): readonly string[] {
  return file?.kind === 'commonjs' ? (esbuildExports(file.code)?.exports ?? []) : []
}

function moduleExportsFiles(targets: readonly Target[]): Files {
  const paths = targets.flatMap((target) =>
    target.kind === 'path' && target.path.endsWith(MODULE_EXPORTS) ? [target.path] : [],
  )
  return Object.fromEntries(
    paths.map((path) => [
      path,
      { kind: 'commonjs', code: moduleExportsOf(path.slice(0, -MODULE_EXPORTS.length)) },
    ]),
  )
}

function withTargets(
  file: BundleFile | undefined,
  targets: readonly Target[],
  labels: PackageLabels,
): BundleFile {
  if (file === undefined) throw new IsolatedRuntimeError('INTERNAL', 'A file that was read was not packed')
  if (file.kind !== 'commonjs' || targets.length === 0) return file
  const imports = targets.flatMap((target): [string, string][] => {
    if (target.kind === 'none') return []
    return [[target.specifier, target.kind === 'path' ? target.path : labels.of(target.file)]]
  })
  // What every object has cannot be the name of a package, and JSON could not carry it.
  const missing = targets.flatMap((target): [string, string][] =>
    target.kind === 'none' && target.specifier !== '__proto__' ? [[target.specifier, target.why]] : [],
  )
  return {
    ...file,
    ...(imports.length > 0 && { imports: Object.fromEntries(imports) }),
    ...(missing.length > 0 && { missing: Object.fromEntries(missing) }),
  }
}
