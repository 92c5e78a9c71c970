import { realpathSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { isInside } from '../is-inside.ts'
import type { Builds, Find } from './builds.ts'
import { readManifest } from './manifest.ts'
import type { PackageFolder } from './package-folders.ts'
import { loaderOf } from './package-loaders.ts'

/** What something of a package leads to: a file, nothing (`browser` says so), or the reason why there is none. */
export type FileInPackage =
  | {
      readonly kind: 'file'
      readonly folder: PackageFolder
      readonly realPath: string
      /** Whether what the ES module exports as `module.exports` is meant, not all of its exports. */
      readonly isModuleExports?: boolean
    }
  | { readonly kind: 'empty' }
  | { readonly kind: 'none'; readonly why: string }

const ENDINGS = ['', '.js', '.json', '.cjs', '.mjs', '.ts', '.tsx', '.jsx']
const INDEXES = ENDINGS.slice(1).map((ending) => `/index${ending}`)

/** The file at a path that code of a package asks for; its ending may be missing, or it may be a directory. */
export async function fileAt(
  folder: PackageFolder,
  path: string,
  asked: string,
  builds: Builds,
): Promise<FileInPackage> {
  if (!isInside(folder.realPath, path))
    return { kind: 'none', why: `"${asked}" leaves package "${folder.name}"` }
  const found = await probe(folder, path)
  // Its name may be mapped as it is asked for, or with the ending only.
  const mapped = replacement(folder, path) ?? (found === undefined ? undefined : replacement(folder, found))
  const replaced = typeof mapped === 'string' ? await probe(folder, mapped) : mapped
  if (replaced !== undefined && (await prefersReplaced(folder, found, replaced, builds)))
    return replaced === false ? { kind: 'empty' } : within(folder, replaced, asked)
  if (found !== undefined) return within(folder, found, asked)
  return { kind: 'none', why: `package "${folder.name}" has no file "${asked}"` }
}

/** Whether one of two builds of a file, that for browsers, is to be taken. */
export function prefersReplaced(
  folder: PackageFolder,
  plain: string | undefined,
  browser: string | false,
  builds: Builds,
): Promise<boolean> {
  return builds.prefersBrowser(folder, plain, browser, findIn(folder))
}

/** Finds files of a package that are not mapped. */
export function findIn(folder: PackageFolder): Find {
  return async (path) => (replacement(folder, path) === undefined ? probe(folder, path) : undefined)
}

/** Whatever links there are in a package, they must not lead out of it. */
export function within(folder: PackageFolder, path: string, asked: string): FileInPackage {
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
export function firstFile(
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
