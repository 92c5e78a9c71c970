import { lstatSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { ESM_SYNTAX } from './esm-files.ts'
import type { PackageFile } from './package-files.ts'
import { readInside } from './read-inside.ts'

const MAX_FILES = 1_000
const MAX_BYTES = 4 * 1024 * 1024
/** An ES module is packed with all that it imports: many of them would be packed over and over. */
const MAX_ESM_FILES = 64
const MAX_ESM_BYTES = 128 * 1024

const NO_MODULES = /^(?:\..*|node_modules|__?tests?__?|tests?|specs?|docs?|examples?|benchmarks?|coverage)$/
/** Directories of other builds of the same package, unless it is run from there. */
const BUILDS = /^(?:amd|browser|bundles?|dist|esm?|min|src|umd)$/
const MODULE = /(?<!\.min)(?<!\.d)(?<![.-](?:test|spec))\.[cm]?js(?:on)?$/

/**
 * The modules of a package that one of its files may ask for at run time, in the order of their paths. None if they are
 * too many, or too large, to be packed for the sake of a few.
 */
export async function ownModules({ folder, realPath: asking }: PackageFile): Promise<readonly PackageFile[]> {
  const [build = ''] = relative(folder.realPath, asking).split(sep)
  const paths: string[] = []
  let bytes = 0
  const directories = [folder.realPath]
  for (const directory of directories) {
    const isTop = directory === folder.realPath
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (NO_MODULES.test(entry.name) || (isTop && BUILDS.test(entry.name) && entry.name !== build)) continue
      const path = join(directory, entry.name)
      if (entry.isDirectory()) directories.push(path)
      // A symlink may lead anywhere.
      if (!entry.isFile() || !MODULE.test(entry.name)) continue
      bytes += lstatSync(path).size
      paths.push(path)
    }
    if (paths.length > MAX_FILES || bytes > MAX_BYTES || directories.length > MAX_FILES) return []
  }
  const isEsmTaken = paths.length <= MAX_ESM_FILES && bytes <= MAX_ESM_BYTES
  const files = paths.toSorted().map((realPath): PackageFile => ({ kind: 'file', folder, realPath }))
  const isTaken = await Promise.all(files.map(async (file) => isEsmTaken || !(await isEsm(file))))
  return files.filter((_, index) => isTaken[index])
}

async function isEsm({ folder, realPath: path }: PackageFile): Promise<boolean> {
  if (path.endsWith('.mjs') || path.endsWith('.json')) return path.endsWith('.mjs')
  const text = await readInside({ folder: folder.realPath, path, shown: path, maxBytes: MAX_BYTES })
  return ESM_SYNTAX.test(text ?? '')
}
