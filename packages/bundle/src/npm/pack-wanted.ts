import { IsolatedRuntimeError, type BundleFile } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'
import type { Looked } from '../folder-walk.ts'
import { MODULE_EXPORTS } from '../module-exports.ts'
import { isAtRest, isUnchanged } from '../is-unchanged.ts'
import { figure } from '../refusals.ts'
import { packPackages } from './pack-packages.ts'
import type { PackageFile, PackageFiles } from './package-files.ts'
import type { PackageFolders } from './package-folders.ts'
import { PackageLabels } from './package-labels.ts'

/** What is kept, as the size of the code. */
const MAX_KEPT_CHARACTERS = 64 * 1024 * 1024

export interface WantedOptions {
  readonly packages: PackageFiles
  readonly folders: PackageFolders
  readonly external: readonly string[]
  readonly conditions: readonly string[]
  readonly maxBytes: number
  readonly maxFiles: number
}

/** Packages as files of a bundle, and what their files are called there. */
export interface PackedPackages {
  readonly files: Readonly<Record<string, BundleFile>>
  readonly labels: PackageLabels
}

interface Kept extends PackedPackages {
  readonly looked: readonly Looked[]
}

const kept = new LRUCache<string, Kept>({
  maxSize: MAX_KEPT_CHARACTERS,
  sizeCalculation: ({ files }, key) =>
    Object.values(files).reduce((sum, { code }) => sum + code.length, key.length),
})

/**
 * Packs the files of packages that a folder asks for. While it asks for the same and each `package.json` is as it was,
 * they are not packed again: an edit of a rule costs no build of lodash.
 *
 * @throws `BUNDLE_TOO_LARGE` for more files than `maxFiles`
 * @throws as `packPackages` does
 */
export async function packWanted(
  wanted: readonly PackageFile[],
  { packages, folders, external, conditions, maxBytes, maxFiles }: WantedOptions,
): Promise<PackedPackages> {
  const paths = [
    ...new Set(
      wanted.map(
        ({ realPath, isModuleExports }) => `${realPath}${isModuleExports === true ? MODULE_EXPORTS : ''}`,
      ),
    ),
  ].toSorted()
  if (paths.length > maxFiles)
    throw new IsolatedRuntimeError(
      'BUNDLE_TOO_LARGE',
      `The code asks for ${figure(paths.length)} files of packages; "maxFiles" is ${figure(maxFiles)}`,
    )
  const key = JSON.stringify([
    folders.base,
    folders.roots,
    external,
    conditions,
    packages.standIns.hasAll,
    maxBytes,
    paths,
  ])
  const known = kept.get(key)
  if (known !== undefined && isUnchanged(known.looked)) {
    folders.alsoLooked(known.looked)
    return known
  }
  const labels = new PackageLabels(folders.base)
  const startedAtMs = Date.now()
  const files = await packUntilNamed(wanted, packages, labels, maxBytes)
  const looked = [...folders.looked]
  if (looked.every(({ stat }) => isAtRest(Number(stat.ctimeNs / 1_000_000n), startedAtMs)))
    kept.set(key, { files, labels, looked })
  return { files, labels }
}

/** Packs until no name of a file turns out to mean two. */
async function packUntilNamed(
  wanted: readonly PackageFile[],
  packages: PackageFiles,
  labels: PackageLabels,
  maxBytes: number,
): Promise<Readonly<Record<string, BundleFile>>> {
  for (;;) {
    const before = labels.ambiguities
    const entries = new Map(wanted.map((file) => [labels.of(file), file]))
    if (labels.ambiguities !== before) continue
    const packed = await packPackages({ files: packages, labels, maxBytes, entries })
    if (labels.ambiguities === before) return packed
  }
}
