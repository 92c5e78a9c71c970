import { join } from 'node:path'
import { exports as exportsOf, imports as importsOf } from 'resolve.exports'
import { isInside } from '../is-inside.ts'
import type { Builds } from './builds.ts'
import { fileAt, findIn, firstFile, prefersReplaced, within, type FileInPackage } from './file-in-package.ts'
import type { PackageFolder } from './package-folders.ts'

/** How a package is asked for something, which decides among the conditions of its `exports`. */
export type AskKind = 'import' | 'require'

/** The file that a package offers as `subpath`, which is `.` or such as `./fp`, to guests, who are not Node.js. */
export async function offeredFile(
  folder: PackageFolder,
  subpath: string,
  kind: AskKind,
  builds: Builds,
): Promise<FileInPackage> {
  const { exports } = folder.manifest
  if (exports !== undefined && exports !== null) return exportedFile(folder, subpath, kind, builds)
  if (subpath !== '.') return fileAt(folder, join(folder.realPath, subpath), subpath, builds)
  return mainFile(folder, builds)
}

/** `main`, or what `browser` gives where `main` needs Node.js. */
async function mainFile(folder: PackageFolder, builds: Builds): Promise<FileInPackage> {
  const { browser, main } = folder.manifest
  const at = (entry: string): Promise<FileInPackage> =>
    fileAt(folder, join(folder.realPath, entry), entry, builds)
  const plain = main === undefined ? await at('index') : await at(main)
  const ofBrowser = typeof browser === 'string' ? await at(browser) : undefined
  if (ofBrowser?.kind === 'file') {
    const plainPath = plain.kind === 'file' ? plain.realPath : undefined
    if (await prefersReplaced(folder, plainPath, ofBrowser.realPath, builds)) return ofBrowser
  }
  if (
    plain.kind !== 'none' ||
    (main !== undefined && !isInside(folder.realPath, join(folder.realPath, main)))
  )
    return plain
  const index = main === undefined ? plain : await at('index')
  return index.kind === 'none' ? { kind: 'none', why: `package "${folder.name}" has no main file` } : index
}

async function exportedFile(
  folder: PackageFolder,
  subpath: string,
  kind: AskKind,
  builds: Builds,
): Promise<FileInPackage> {
  const find = (...conditions: string[]): FileInPackage | undefined =>
    firstTarget(folder, exportTargets(folder, subpath, [kind, ...builds.conditions, ...conditions]), subpath)
  const found = await preferred(folder, find, builds)
  if (found !== undefined) return found
  const isImportOnly =
    kind === 'require' && exportTargets(folder, subpath, ['import', ...builds.conditions]).length > 0
  const to = isImportOnly ? ' to "require", only to "import"' : ''
  return { kind: 'none', why: `package "${folder.name}" does not export "${subpath}"${to}` }
}

/**
 * The build of the wanted conditions; that of `browser` where it needs Node.js or there is none; that of `node` where it
 * needs a page and this one nothing, or where there is no other.
 */
async function preferred(
  folder: PackageFolder,
  find: (...conditions: string[]) => FileInPackage | undefined,
  builds: Builds,
): Promise<FileInPackage | undefined> {
  const plain = find()
  if (plain !== undefined && plain.kind !== 'file') return plain
  const ofBrowser = find('browser')
  if (ofBrowser?.kind === 'file') {
    if (await prefersReplaced(folder, plain?.realPath, ofBrowser.realPath, builds)) return ofBrowser
  }
  const ofNode = find('node')
  if (plain === undefined) return ofNode
  if (ofNode?.kind === 'file') {
    if (await builds.prefersNode(folder, plain.realPath, ofNode.realPath, findIn(folder))) return ofNode
  }
  // What is exported may be mapped besides.
  return fileAt(folder, plain.realPath, plain.realPath, builds)
}

function firstTarget(
  folder: PackageFolder,
  targets: readonly string[],
  subpath: string,
): FileInPackage | undefined {
  for (const target of targets) {
    const path = join(folder.realPath, target)
    if (!isInside(folder.realPath, path))
      return {
        kind: 'none',
        why: `"exports" of package "${folder.name}" leave it, by ${JSON.stringify(target)}`,
      }
    const file = firstFile(folder, path, [''])
    if (file !== undefined) return within(folder, file, subpath)
  }
  return undefined
}

function exportTargets(
  { manifest, name }: PackageFolder,
  subpath: string,
  conditions: readonly string[],
): readonly string[] {
  try {
    return exportsOf({ ...manifest, name }, subpath, { unsafe: true, conditions }) ?? []
  } catch {
    // It throws for what a package does not export.
    return []
  }
}

/** What the `imports` of a `package.json` make of a specifier such as `#rates`, the first that applies first. */
export function importTargets(
  manifest: object,
  specifier: string,
  kind: AskKind,
  conditions: readonly string[],
): readonly string[] {
  for (const more of [[], ['browser'], ['node']]) {
    try {
      const options = { unsafe: true, conditions: [kind, ...conditions, ...more] }
      const targets = importsOf({ name: '', imports: {}, ...manifest }, specifier, options) ?? []
      if (targets.length > 0) return targets
    } catch {
      // It throws for a specifier that it does not find, and for what is no map.
    }
  }
  return []
}
