import { createBundle, type Bundle, type BundleFile } from '@isolated-runtime/protocol'
import { walkFolder, type FolderWalk, type FoundFile } from './folder-walk.ts'
import { mapInOrder } from './map-in-order.ts'
import { parsePackOptions, type PackOptions, type ParsedPackOptions } from './pack-options.ts'
import { prepareFile } from './prepare-file.ts'
import { readFoundFile } from './read-found-file.ts'
import { figure, tooLarge } from './refusals.ts'

const FILES_AT_ONCE = 8

/**
 * Turns a folder of guest code into a bundle. The same content gives the same bundle, whatever the times and the
 * order of the files.
 *
 * Takes `.js`, `.cjs`, `.mjs`, `.ts`, `.cts`, `.mts` and `.json`; leaves out `node_modules`, names that start with a
 * dot and all else. CommonJS stays as it is; ESM, TypeScript and `import()` become CommonJS. A file keeps its own
 * name, such as `/rules/vat.ts`, and specifiers stay as they were written. Nothing of the code is run.
 *
 * @throws `FOLDER_NOT_FOUND`
 * @throws `BUNDLE_TOO_LARGE` naming the figure and the limit, before anything is read where possible
 * @throws `BUNDLE_FILE_REFUSED` for a symlink that leaves the folder, a device, a name or text that is not UTF-8, a
 *   file that cannot be read or changes meanwhile
 * @throws `BUNDLE_SYNTAX_ERROR` with file, line and column
 * @throws `INVALID_OPTIONS`
 */
export async function packFolder(folder: string, options: PackOptions = {}): Promise<Bundle> {
  const limits = parsePackOptions(options)
  return packWalk(walkFolder(folder, limits), limits)
}

/** Packs exactly the files that a walk saw. @throws as {@link packFolder} does */
export async function packWalk(walk: FolderWalk, limits: ParsedPackOptions): Promise<Bundle> {
  const files = await mapInOrder(walk.files, FILES_AT_ONCE, pack)
  const bundle = createBundle(Object.fromEntries(files), limits)
  if (bundle.bytes <= limits.maxBytes) return bundle
  throw tooLarge(
    walk.folder,
    `as a bundle, its code comes to ${figure(bundle.bytes)} bytes`,
    `"maxBytes" is ${figure(limits.maxBytes)}`,
  )
}

async function pack(file: FoundFile): Promise<[string, BundleFile]> {
  return [file.path, await prepareFile(file.path, file.language, await readFoundFile(file))]
}
