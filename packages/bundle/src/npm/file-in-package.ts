import { realpathSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { exports as targetsOf } from 'resolve.exports'
import { isInside } from '../is-inside.ts'
import { readManifest } from './manifest.ts'
import { loaderOf } from './package-loaders.ts'
import type { PackageFolder } from './package-folders.ts'

/** How a package is asked for something, which decides among the conditions of its `exports`. */
export type AskKind = 'import' | 'require'

/** What something of a package leads to: a file, nothing (`browser` says so), or the reason why there is none. */
export type FileInPackage =
  | { readonly kind: 'file'; readonly folder: PackageFolder; readonly realPath: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'none'; readonly why: string }

const ENDINGS = ['', '.js', '.json', '.cjs', '.mjs', '.ts', '.tsx', '.jsx']
const INDEXES = ENDINGS.slice(1).map((ending) => `/index${ending}`)

/** The file that a package offers as `subpath`, which is `.` or such as `./fp`, to guests, who are not Node.js. */
export async function offeredFile(
  folder: PackageFolder,
  subpath: string,
  kind: AskKind,
): Promise<FileInPackage> {
  const { manifest, name } = folder
  if (manifest['exports'] !== undefined && manifest['exports'] !== null)
    return exportedFile(folder, subpath, kind)
  if (subpath !== '.') return fileAt(folder, join(folder.realPath, subpath), subpath)
  const { browser, main } = manifest
  for (const entry of [typeof browser === 'string' ? browser : undefined, main, 'index']) {
    if (entry === undefined) continue
    const found = await fileAt(folder, join(folder.realPath, entry), entry)
    if (found.kind !== 'none' || !isInside(folder.realPath, join(folder.realPath, entry))) return found
  }
  return { kind: 'none', why: `package "${name}" has no main file` }
}

/** The file at a path that code of a package asks for; its ending may be missing, or it may be a directory. */
export async function fileAt(folder: PackageFolder, path: string, asked: string): Promise<FileInPackage> {
  if (!isInside(folder.realPath, path))
    return { kind: 'none', why: `"${asked}" leaves package "${folder.name}"` }
  const replaced = replacement(folder, path)
  if (replaced === false) return { kind: 'empty' }
  const found = await probe(folder, replaced ?? path)
  if (found === undefined) return { kind: 'none', why: `package "${folder.name}" has no file "${asked}"` }
  // Its name may be mapped with the ending only.
  const mapped = replaced === undefined ? replacement(folder, found) : undefined
  if (mapped === false) return { kind: 'empty' }
  return within(folder, mapped === undefined ? found : ((await probe(folder, mapped)) ?? found), asked)
}

function exportedFile(folder: PackageFolder, subpath: string, kind: AskKind): FileInPackage {
  for (const target of exportTargets(folder, subpath, kind)) {
    const path = join(folder.realPath, target)
    if (!isInside(folder.realPath, path))
      return {
        kind: 'none',
        why: `"exports" of package "${folder.name}" leave it, by ${JSON.stringify(target)}`,
      }
    const mapped = replacement(folder, path)
    if (mapped === false) return { kind: 'empty' }
    const file = firstFile(folder, mapped ?? path, [''])
    if (file !== undefined) return within(folder, file, subpath)
  }
  const isImportOnly = kind === 'require' && exportTargets(folder, subpath, 'import').length > 0
  const to = isImportOnly ? ' to "require", only to "import"' : ''
  return { kind: 'none', why: `package "${folder.name}" does not export "${subpath}"${to}` }
}

function exportTargets({ manifest, name }: PackageFolder, subpath: string, kind: AskKind): readonly string[] {
  try {
    return targetsOf({ ...manifest, name }, subpath, { browser: true, require: kind === 'require' }) ?? []
  } catch {
    // It throws for what a package does not export.
    return []
  }
}

/** Whatever links there are in a package, they must not lead out of it. */
function within(folder: PackageFolder, path: string, asked: string): FileInPackage {
  const realPath = realpathSync(path)
  if (isInside(folder.realPath, realPath)) {
    if (loaderOf(realPath) !== undefined) return { kind: 'file', folder, realPath }
    return { kind: 'none', why: `a file that ends in "${extname(realPath)}" cannot be packed` }
  }
  return { kind: 'none', why: `"${asked}" of package "${folder.name}" is a symlink that leaves the package` }
}

async function probe(folder: PackageFolder, path: string): Promise<string | undefined> {
  const file = firstFile(folder, path, ENDINGS)
  if (file !== undefined || path === folder.realPath) return file ?? firstFile(folder, path, INDEXES)
  const manifest = isInside(folder.realPath, path)
    ? await readManifest(path, `${folder.name}/package.json`)
    : ''
  const main = typeof manifest === 'string' ? undefined : manifest.main
  const found = main === undefined ? undefined : firstFile(folder, join(path, main), [...ENDINGS, ...INDEXES])
  return found ?? firstFile(folder, path, INDEXES)
}

/** What the `browser` field puts in the place of a file; `false` for nothing at all. */
function replacement({ manifest, realPath }: PackageFolder, path: string): string | false | undefined {
  const { browser } = manifest
  if (typeof browser !== 'object') return undefined
  const name = `./${relative(realPath, path)}`
  const value = [name, name.slice(2), name.replace(/\.[cm]?js$/, '')]
    .filter((key) => Object.hasOwn(browser, key))
    .map((key) => browser[key])[0]
  return typeof value === 'string' ? join(realPath, value) : value
}

/** What is outside of the package is not even looked at. */
function firstFile(
  { realPath }: PackageFolder,
  path: string,
  endings: readonly string[],
): string | undefined {
  return isInside(realPath, path) ? endings.map((ending) => path + ending).find(isFile) : undefined
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
