import {
  createBundle,
  type Bundle,
  type BundleFile,
  type IsolatedRuntimeError,
  type SourceProblem,
} from '@isolated-runtime/protocol'
import { applyPackageTypes } from './apply-package-types.ts'
import type { Looked } from './folder-walk.ts'
import { loadHooks } from './hooks/load-hooks.ts'
import { jsxTransform } from './jsx-transform.ts'
import { linkSources } from './link-sources.ts'
import { mapInOrder } from './map-in-order.ts'
import { PackageFolders } from './npm/package-folders.ts'
import { StandIns } from './npm/stand-ins.ts'
import type { ParsedPackOptions } from './pack-options.ts'
import { prepareFile } from './prepare-file.ts'
import { Problems } from './problems.ts'
import { readSource, type ReadableSource, type Source } from './read-source.ts'
import { figure, tooLarge } from './refusals.ts'
import { obeyTsconfigs } from './tsconfig/obey-tsconfigs.ts'

const FILES_AT_ONCE = 8

/** What a bundle is to be made of. */
export interface FilesToPack {
  /** What errors call it all. */
  readonly name: string
  /** Where the files are, with no symlink in it; `undefined` if they are not on disk. */
  readonly guestFolder: string | undefined
  readonly files: readonly ReadableSource[]
}

/** A bundle, and what it was made of besides its own files. */
export interface PackedFiles {
  readonly bundle: Bundle
  /** Packages and hooks: see `isUnchanged()`. */
  readonly looked: readonly Looked[]
}

/** Files of a bundle as far as they can be made, what they were made of, and what is wrong with them. */
export interface MadeFiles {
  readonly sources: readonly Source[]
  readonly files: Readonly<Record<string, BundleFile>>
  readonly looked: readonly Looked[]
  /** What is not obeyed. */
  readonly warnings: readonly SourceProblem[]
  /** All that is wrong, as one error. */
  readonly error: IsolatedRuntimeError | undefined
}

/** Stands for a file that cannot be prepared, so that the files that import it are looked at all the same. */
const BROKEN: BundleFile = { kind: 'commonjs', code: '' }

/** Reads files, prepares them, and links them to each other and to packages. @throws as `packFolder` does */
export async function packFiles(asked: FilesToPack, options: ParsedPackOptions): Promise<PackedFiles> {
  const { files, looked, error } = await makeFiles(asked, options)
  if (error !== undefined) throw error
  const { maxBytes } = options
  const bundle = createBundle(files, options)
  if (bundle.bytes <= maxBytes) return { bundle, looked }
  throw tooLarge(
    asked.name,
    `as a bundle, its code comes to ${figure(bundle.bytes)} bytes`,
    `"maxBytes" is ${figure(maxBytes)}`,
  )
}

/** The same, telling what is wrong with the code rather than throwing it. */
export async function makeFiles(
  { guestFolder, files }: FilesToPack,
  options: ParsedPackOptions,
): Promise<MadeFiles> {
  const { external, conditions, maxBytes, maxFiles, nodeModules } = options
  const problems = new Problems()
  const jsx = jsxTransform(options.jsx)
  const { compile, resolve, looked } = await loadHooks(options)
  const read = await mapInOrder(files, FILES_AT_ONCE, (file) =>
    problems.collect(() => readSource(file, compile), undefined),
  )
  const typed = applyPackageTypes(read.filter((source) => source !== undefined))
  const isJsxFixed = typeof options.jsx !== 'boolean'
  const obeyed = await obeyTsconfigs(typed, { guestFolder, jsx, isJsxFixed, problems })
  const { sources } = obeyed
  const prepared = await mapInOrder(sources, FILES_AT_ONCE, (source) =>
    problems.collect(() => prepare(source), [source.path, BROKEN]),
  )
  const folders = new PackageFolders(guestFolder, nodeModules.folders)
  const linked = await linkSources(sources, Object.fromEntries(prepared), problems, {
    folders,
    external,
    conditions,
    standIns: new StandIns({ standIns: nodeModules.standIns, hasEnv: options.hasEnv }),
    resolve,
    maxBytes,
    maxFiles,
  })
  return {
    sources,
    files: linked,
    looked: [...looked, ...obeyed.looked, ...folders.looked],
    warnings: obeyed.warnings,
    error: problems.error,
  }
}

async function prepare({ path, language, text, transform }: Source): Promise<[string, BundleFile]> {
  return [path, await prepareFile(path, language, text, transform)]
}
