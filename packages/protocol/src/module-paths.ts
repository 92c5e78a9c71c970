import type { BundleFile } from './bundle.ts'
import { builtinOf, whyNoBuiltin } from './node-builtins.ts'

type Files = Readonly<Record<string, BundleFile>>

/** What a specifier may leave out, in the order in which it is tried; Node's own come first. */
const ENDINGS = ['.js', '.json', '.ts', '.tsx', '.jsx', '.cjs', '.mjs', '.cts', '.mts']
/** TypeScript has files required by the names they get when compiled. */
const SOURCES: ReadonlyMap<string, readonly string[]> = new Map([
  ['.js', ['.ts', '.tsx']],
  ['.jsx', ['.tsx']],
  ['.mjs', ['.mts']],
  ['.cjs', ['.cts']],
])
/** A guest can write the same path in any number of ways. */
const MAX_REMEMBERED = 2_000
const MAX_REMEMBERED_LENGTH = 256
const NOT_PACKED =
  'nothing by that name was packed; a package has to be named in full, and allowed by the option "external"'

/**
 * Finds the files that specifiers lead to, as Node does, in one bundle; packages were found when it was packed.
 *
 * An entry point of its own, because threads use it and must not load the rest of this package.
 */
export class ModulePaths {
  readonly #files: Files
  readonly #endings: readonly string[]
  readonly #known = new Map<string, string>()
  readonly #mains = new Map<string, string | undefined>()

  constructor(files: Files) {
    this.#files = files
    const others = Object.keys(files).flatMap((path) => /\.[^./]+$/.exec(path) ?? [])
    this.#endings = [...new Set([...ENDINGS, ...others])]
  }

  /** The path of the file; what does not start with `/` is the reason why there is none. */
  resolve(importer: string, specifier: string): string {
    const key = `${importer}\n${specifier}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const path = this.#find(importer, specifier)
    if (key.length <= MAX_REMEMBERED_LENGTH && this.#known.size < MAX_REMEMBERED) this.#known.set(key, path)
    return path
  }

  #find(importer: string, specifier: string): string {
    // A hook may have decided on any specifier.
    const packed = this.#packed(importer, specifier)
    if (packed !== undefined) return packed
    const isAbsolute = specifier.startsWith('/')
    if (!isAbsolute && !/^\.\.?(?:\/|$)/.test(specifier)) return whyNotPacked(specifier)
    const path = join(isAbsolute ? '' : dirnameOf(importer), specifier)
    if (path === undefined) return 'the path leaves the bundle'
    const isFolder = /(?:^|\/)\.{0,2}$/.test(specifier)
    return (
      (isFolder ? undefined : this.#file(path)) ??
      this.#folder(path) ??
      this.#source(path) ??
      'the bundle holds no such file'
    )
  }

  #packed(importer: string, specifier: string): string | undefined {
    const file = this.#has(importer) ? this.#files[importer] : undefined
    if (file?.kind !== 'commonjs') return undefined
    for (const found of [file.imports, file.missing])
      if (found !== undefined && Object.hasOwn(found, specifier)) return found[specifier]
    return undefined
  }

  #file(path: string): string | undefined {
    if (this.#has(path)) return path
    const ending = this.#endings.find((text) => this.#has(path + text))
    return ending === undefined ? undefined : path + ending
  }

  #folder(path: string): string | undefined {
    const main = this.#main(path)
    const found = main === undefined ? undefined : (this.#file(main) ?? this.#file(`${main}/index`))
    return found ?? this.#file(`${path}/index`)
  }

  #source(path: string): string | undefined {
    const dot = path.lastIndexOf('.')
    const endings = SOURCES.get(path.slice(dot)) ?? []
    return endings.map((ending) => path.slice(0, dot) + ending).find((source) => this.#has(source))
  }

  /** What the `package.json` of a folder names as its main file. */
  #main(folder: string): string | undefined {
    const path = `${folder}/package.json`
    const file = this.#has(path) ? this.#files[path] : undefined
    if (file?.kind !== 'json') return undefined
    if (!this.#mains.has(path)) this.#mains.set(path, mainOf(folder, JSON.parse(file.code)))
    return this.#mains.get(path)
  }

  #has(path: string): boolean {
    return Object.hasOwn(this.#files, path)
  }
}

function whyNotPacked(specifier: string): string {
  const builtin = builtinOf(specifier)
  return builtin === undefined ? NOT_PACKED : whyNoBuiltin(builtin)
}

function mainOf(folder: string, manifest: unknown): string | undefined {
  if (typeof manifest !== 'object' || manifest === null || !Object.hasOwn(manifest, 'main')) return undefined
  const main: unknown = Reflect.get(manifest, 'main')
  return typeof main === 'string' ? join(folder, main) : undefined
}

function dirnameOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

/** Joins a specifier to a folder; `undefined` if it leaves the bundle. */
function join(folder: string, specifier: string): string | undefined {
  const path = folder.split('/').slice(1)
  for (const segment of specifier.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment !== '..') path.push(segment)
    else if (path.pop() === undefined) return undefined
  }
  return path.map((segment) => `/${segment}`).join('')
}
