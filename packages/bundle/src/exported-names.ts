import { posix } from 'node:path'
import type { Bundle, BundleFile } from '@isolated-runtime/protocol'
import { parse } from 'cjs-module-lexer'
import { esbuildExports, type ModuleExports } from './esbuild/esbuild-exports.ts'

type Files = Bundle['files']

/** What marks a module and is nothing to call. */
const MARKS = new Set(['__esModule', 'module.exports'])
const PACKAGES = '/node_modules/'
const ENDINGS = ['', '.js', '.ts', '.tsx', '.jsx', '.cjs', '.mjs', '.cts', '.mts', '/index.js', '/index.ts']

/**
 * The names that the files of a bundle export, as far as they can be told without running them: by the path that a
 * request gives as `file`, such as `rules/vat.ts`. Packages and JSON are left out. Whether a name is a function, and
 * what is exported under names made at run time, is not known.
 */
export function exportedNames({ files }: Pick<Bundle, 'files'>): Record<string, string[]> {
  const own = Object.entries(files).filter(
    ([path, { kind }]) => kind === 'commonjs' && !path.includes(PACKAGES),
  )
  const read = new Map<string, ModuleExports>()
  return Object.fromEntries(own.map(([path]) => [path.slice(1), namesOf(path, files, read)]))
}

/** The names of a file, with those of the files that it exports all names of; they may export each other. */
function namesOf(path: string, files: Files, read: Map<string, ModuleExports>): string[] {
  const names = new Set<string>()
  const seen = new Set([path])
  for (const current of seen) {
    const { exports, reexports } = readOnce(current, files, read)
    for (const name of exports) {
      // `export *` leaves out the default export.
      if (!MARKS.has(name) && (name !== 'default' || current === path)) names.add(name)
    }
    for (const specifier of reexports) {
      const target = fileAt(current, specifier, files)
      if (target !== undefined) seen.add(target)
    }
  }
  return [...names].toSorted()
}

function readOnce(path: string, files: Files, read: Map<string, ModuleExports>): ModuleExports {
  const known = read.get(path) ?? readExports(files[path])
  read.set(path, known)
  return known
}

function readExports(file: BundleFile | undefined): ModuleExports {
  if (file?.kind !== 'commonjs') return { exports: [], reexports: [] }
  const ofEsbuild = esbuildExports(file.code)
  if (ofEsbuild !== undefined) return ofEsbuild
  try {
    return parse(file.code)
  } catch {
    // The file is known to parse: the lexer stumbles over some that V8 takes, and then nothing is told of them.
    return { exports: [], reexports: [] }
  }
}

function fileAt(importer: string, specifier: string, files: Files): string | undefined {
  if (!/^\.\.?(?:\/|$)/.test(specifier)) return undefined
  const path = posix.join(posix.dirname(importer), specifier).replace(/\/$/, '')
  // TypeScript has `./x.ts` imported as `./x.js`.
  const source = path.replace(/\.([cm]?)js$/, '.$1ts')
  return [...ENDINGS.map((ending) => path + ending), source].find((candidate) =>
    Object.hasOwn(files, candidate),
  )
}
