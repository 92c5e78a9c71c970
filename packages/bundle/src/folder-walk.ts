import { lstatSync, opendirSync, realpathSync, statSync, type BigIntStats, type Dirent } from 'node:fs'
import { join, resolve } from 'node:path'
import { IsolatedRuntimeError, toBundlePath } from '@isolated-runtime/protocol'
import { isInside } from './is-inside.ts'
import { languageOf, type Language } from './language.ts'
import { namePattern } from './name-pattern.ts'
import type { ParsedPackOptions } from './pack-options.ts'
import { realFolder } from './real-folder.ts'
import { errnoOf, figure, fileRefused, tooLarge } from './refusals.ts'

/** Of every kind: a few directories that link to each other make more paths than anyone could walk. */
const MAX_ENTRIES = 20_000

/** What a walk takes and how much of it. */
export type WalkSettings = Pick<ParsedPackOptions, 'maxBytes' | 'maxFiles'> &
  Partial<Pick<ParsedPackOptions, 'exclude' | 'jsx' | 'sourceExtensions'>>

/** A file of code that a walk has seen and nobody has read yet. */
export interface FoundFile {
  /** Inside the bundle, such as `/rules/vat.ts`. */
  readonly path: string
  /** On disk, with no symlink in it. */
  readonly realPath: string
  readonly language: Language
  readonly size: number
  /** Changes when the file does; see {@link stampOf}. */
  readonly stamp: string
}

/** A path that a walk has looked at, and the state of what it leads to. */
export interface Looked {
  readonly path: string
  readonly stat: BigIntStats
}

/** What a folder held at one moment. */
export interface FolderWalk {
  readonly folder: string
  /** The folder with no symlink in its path. */
  readonly realPath: string
  /** In the order of their paths. */
  readonly files: readonly FoundFile[]
  /** The directories and files whose state decides what the walk found; see `isUnchanged()`. */
  readonly looked: readonly Looked[]
  /** When one of those last changed, in milliseconds since the epoch. */
  readonly changedAtMs: number
}

/**
 * Lists the files of code of a folder, reading none of them. Symlinks are followed as long as they stay inside;
 * one to a directory that it lies in itself is left out.
 *
 * @throws `FOLDER_NOT_FOUND`
 * @throws `BUNDLE_TOO_LARGE` as soon as a limit is passed
 * @throws `BUNDLE_FILE_REFUSED` for what cannot be bundled
 */
export function walkFolder(folder: string, settings: WalkSettings): FolderWalk {
  const realPath = realFolder(folder)
  const walker = new Walker(folder, realPath, settings)
  walker.walk()
  const files = walker.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return {
    folder,
    realPath,
    files,
    looked: walker.looked,
    changedAtMs: Number(walker.changedAtNs / 1_000_000n),
  }
}

/** The identity and state of a file: another file, or the same after a change, has another stamp. */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':')
}

class Walker {
  readonly #folder: string
  readonly #absolute: string
  readonly #root: string
  readonly #settings: WalkSettings
  readonly #leftOut: readonly RegExp[]
  readonly files: FoundFile[] = []
  readonly looked: Looked[] = []
  changedAtNs = 0n
  #entries = 0
  #bytes = 0

  constructor(folder: string, root: string, settings: WalkSettings) {
    this.#folder = folder
    this.#absolute = resolve(folder)
    this.#root = root
    this.#settings = settings
    this.#leftOut = ['.*', 'node_modules', ...(settings.exclude ?? [])].map(namePattern)
  }

  walk(): void {
    this.#directory('', this.#root, [])
  }

  #directory(path: string, realPath: string, above: readonly string[]): void {
    const inside = [...above, realPath]
    this.#look(path, statOfDirectory(path, realPath))
    for (const entry of this.#list(path, realPath)) {
      const entryPath = `${path}/${entry.name}`
      const entryRealPath = join(realPath, entry.name)
      if (entry.isDirectory()) {
        refuseName(entryPath)
        this.#directory(entryPath, entryRealPath, inside)
      } else if (entry.isSymbolicLink()) this.#link(entryPath, entryRealPath, inside)
      else this.#file(entryPath, entryRealPath, () => lstatSync(entryRealPath, { bigint: true }))
    }
  }

  #list(path: string, realPath: string): Dirent[] {
    const entries: Dirent[] = []
    let fileCount = this.files.length
    try {
      for (const entry of entriesOf(realPath)) {
        if (++this.#entries > MAX_ENTRIES) this.#tooManyEntries()
        if (this.#leftOut.some((pattern) => pattern.test(entry.name))) continue
        const isCode = languageOf(entry.name, this.#settings) !== undefined
        // Counted here already, so that a directory of a million files is not listed to its end.
        if (isCode && entry.isFile() && ++fileCount > this.#settings.maxFiles) this.#tooManyFiles()
        if (isCode || entry.isDirectory() || entry.isSymbolicLink()) entries.push(entry)
      }
    } catch (error) {
      if (error instanceof IsolatedRuntimeError) throw error
      throw fileRefused(path || '/', `the directory cannot be listed (${errnoOf(error)})`, error)
    }
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  #link(path: string, linkPath: string, above: readonly string[]): void {
    const isCode = languageOf(path, this.#settings) !== undefined
    let realPath: string
    let stat: BigIntStats
    try {
      realPath = realpathSync(linkPath)
      stat = statSync(realPath, { bigint: true })
    } catch (error) {
      if (!isCode) return
      const why = errnoOf(error) === 'ELOOP' ? 'a symlink that leads back to itself' : 'a broken symlink'
      throw fileRefused(path, `it is ${why} (${errnoOf(error)})`, error)
    }
    if (!isCode && !stat.isDirectory()) return
    if (!isInside(this.#root, realPath)) throw fileRefused(path, 'it is a symlink that leaves the folder')
    if (!stat.isDirectory()) return this.#file(path, realPath, () => stat)
    refuseName(path)
    if (!above.includes(realPath)) this.#directory(path, realPath, above)
  }

  #file(path: string, realPath: string, statOf: () => BigIntStats): void {
    const language = languageOf(path, this.#settings)
    if (language === undefined) return
    refuseName(path)
    let stat: BigIntStats
    try {
      stat = statOf()
    } catch (error) {
      // Removed since its directory was listed: the same as if it had been removed before.
      if (errnoOf(error) === 'ENOENT') return
      throw fileRefused(path, `it cannot be looked at (${errnoOf(error)})`, error)
    }
    if (!stat.isFile()) throw fileRefused(path, 'it is neither a file nor a directory')
    const size = Number(stat.size)
    this.#bytes += size
    this.files.push({ path, realPath, language, size, stamp: stampOf(stat) })
    this.#look(path, stat)
    if (this.files.length > this.#settings.maxFiles) this.#tooManyFiles()
    if (this.#bytes > this.#settings.maxBytes) this.#tooManyBytes(path, size)
  }

  #look(path: string, stat: BigIntStats | undefined): void {
    // Gone since it was listed: listing it, or packing it, says so.
    if (stat === undefined) return
    this.looked.push({ path: join(this.#absolute, path), stat })
    if (stat.ctimeNs > this.changedAtNs) this.changedAtNs = stat.ctimeNs
  }

  #tooManyEntries(): never {
    throw tooLarge(
      this.#folder,
      `it has more than ${figure(MAX_ENTRIES)} entries`,
      'point to a folder that holds guest code only',
    )
  }

  #tooManyFiles(): never {
    const { maxFiles } = this.#settings
    throw tooLarge(
      this.#folder,
      `it has more than ${figure(maxFiles)} files of code`,
      `"maxFiles" is ${figure(maxFiles)}`,
    )
  }

  #tooManyBytes(path: string, size: number): never {
    throw tooLarge(
      this.#folder,
      `its code comes to ${figure(this.#bytes)} bytes or more, ${figure(size)} of them in ${JSON.stringify(path)}`,
      `"maxBytes" is ${figure(this.#settings.maxBytes)}`,
    )
  }
}

function statOfDirectory(path: string, realPath: string): BigIntStats | undefined {
  try {
    return statSync(realPath, { bigint: true, throwIfNoEntry: false })
  } catch (error) {
    throw fileRefused(path || '/', `the directory cannot be looked at (${errnoOf(error)})`, error)
  }
}

/** Refuses what no run could ask for by that name. */
function refuseName(path: string): void {
  // Bytes that are not UTF-8 arrive as this character.
  if (path.includes('\ufffd')) throw fileRefused(path, 'its name is not valid UTF-8')
  try {
    toBundlePath(path.slice(1))
  } catch (cause) {
    const why =
      'a backslash, a control character, an encoded "/" or ".", or something like "c:" or "file:" in front'
    throw fileRefused(path, `no run could name it, because its name has ${why}`, cause)
  }
}

function* entriesOf(realPath: string): Generator<Dirent> {
  const directory = opendirSync(realPath)
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) yield entry
  } finally {
    directory.closeSync()
  }
}
