import type { Bundle } from '@isolated-runtime/protocol'
import { walkFolder, type FolderWalk } from './folder-walk.ts'
import { packFiles, type FilesToPack, type PackedFiles } from './pack-files.ts'
import { parsePackOptions, type PackOptions, type ParsedPackOptions } from './pack-options.ts'
import { readFoundFile } from './read-found-file.ts'

/**
 * Turns a folder of guest code into a bundle. The same content gives the same bundle, whatever the times and the
 * order of the files.
 *
 * Takes `.js`, `.cjs`, `.mjs`, `.ts`, `.cts`, `.mts`, `.json` and what the options add; leaves out names that start with
 * a dot and all else. CommonJS stays as it is; ESM, TypeScript and `import()` become CommonJS. A file keeps its own
 * name, such as `/rules/vat.ts`, and specifiers stay as they were written; what those of packages lead to is put beside
 * them. Nothing of the code is run.
 *
 * @throws `FOLDER_NOT_FOUND`
 * @throws `BUNDLE_TOO_LARGE` naming the figure and the limit, before anything is read where possible
 * @throws `BUNDLE_FILE_REFUSED` for a symlink that leaves the folder, a device, a name or text that is not UTF-8, a
 *   file that cannot be read or changes meanwhile
 * @throws `BUNDLE_SYNTAX_ERROR` with file, line and column, telling of all problems of the folder by `problems`
 * @throws `BUNDLE_MODULE_NOT_FOUND` with file, line and column, for an `import` that leads nowhere
 * @throws `BUNDLE_HOOK_FAILED`
 * @throws `INVALID_OPTIONS`
 */
export async function packFolder(folder: string, options: PackOptions = {}): Promise<Bundle> {
  const parsed = parsePackOptions(options)
  const { bundle } = await packWalk(walkFolder(folder, parsed), parsed)
  return bundle
}

/** Packs exactly the files that a walk saw. @throws as {@link packFolder} does */
export async function packWalk(walk: FolderWalk, options: ParsedPackOptions): Promise<PackedFiles> {
  return packFiles(filesOfWalk(walk), options)
}

/** What a walk saw, to be read. */
export function filesOfWalk(walk: FolderWalk): FilesToPack {
  const files = walk.files.map((file) => ({ ...file, read: () => readFoundFile(file) }))
  return { name: walk.folder, guestFolder: walk.realPath, files }
}
