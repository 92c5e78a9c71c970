import { createBundle, type Bundle, type BundleFile } from '@isolated-runtime/protocol'
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
import { readSource, type ReadableSource, type Source } from './read-source.ts'
import { figure, tooLarge } from './refusals.ts'
import type { JsxTransform } from './transpile.ts'

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

/** Reads files, prepares them, and links them to each other and to packages. @throws as `packFolder` does */
export async function packFiles(
  { name, guestFolder, files }: FilesToPack,
  options: ParsedPackOptions,
): Promise<PackedFiles> {
  const { external, conditions, maxBytes, maxFiles, nodeModules } = options
  const jsx = jsxTransform(options.jsx)
  const { compile, resolve, looked } = await loadHooks(options)
  const read = await mapInOrder(files, FILES_AT_ONCE, (file) => readSource(file, compile))
  const sources = applyPackageTypes(read)
  const prepared = await mapInOrder(sources, FILES_AT_ONCE, (source) => prepare(source, jsx))
  const folders = new PackageFolders(guestFolder, nodeModules.folders)
  const linked = await linkSources(sources, Object.fromEntries(prepared), {
    folders,
    external,
    conditions,
    standIns: new StandIns({ standIns: nodeModules.standIns, hasEnv: options.hasEnv }),
    resolve,
    jsx,
    maxBytes,
    maxFiles,
  })
  const bundle = createBundle(linked, options)
  if (bundle.bytes <= maxBytes) return { bundle, looked: [...looked, ...folders.looked] }
  throw tooLarge(
    name,
    `as a bundle, its code comes to ${figure(bundle.bytes)} bytes`,
    `"maxBytes" is ${figure(maxBytes)}`,
  )
}

async function prepare({ path, language, text }: Source, jsx: JsxTransform): Promise<[string, BundleFile]> {
  return [path, await prepareFile(path, language, text, jsx)]
}
