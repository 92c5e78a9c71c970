import { realpathSync, statSync, type BigIntStats } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Looked } from '../folder-walk.ts'
import { isInside } from '../is-inside.ts'
import { readManifest, type Manifest } from './manifest.ts'

/** Anybody on the machine may put something there. */
const WRITABLE_BY_ALL = 0o002n

/** A package as it is on disk. */
export interface PackageFolder {
  /** The name it was asked for by. */
  readonly name: string
  /** With no symlink in it. */
  readonly realPath: string
  /** Whether it came with the guest's folder, and is trusted no more than that. */
  readonly isGuests: boolean
  readonly manifest: Manifest
}

/** Looks for packages in directories named `node_modules`, as Node.js does, and no further than is safe. */
export class PackageFolders {
  /** Where looking for packages begins. */
  readonly base: string
  readonly #guestFolder: string | undefined
  readonly roots: readonly string[] | undefined
  readonly #known = new Map<string, Promise<Manifest | string>>()
  /** The `package.json` of each package that was found, and the directories where packages were looked for. */
  readonly looked: Looked[] = []
  readonly #seenRoots = new Set<string>()

  /**
   * @param guestFolder with no symlink in it; without one, the working directory takes its place, but is trusted
   * @param roots where to look when the guest's folder has no such package; by default above that folder
   */
  constructor(guestFolder: string | undefined, roots: readonly string[] | undefined) {
    this.#guestFolder = guestFolder
    this.base = guestFolder ?? process.cwd()
    this.roots = roots?.map((root) => resolve(root))
  }

  /** Adds what was looked at for packages that need not be looked for again. */
  alsoLooked(looked: readonly Looked[]): void {
    const paths = new Set(this.looked.map(({ path }) => path))
    this.looked.push(...looked.filter(({ path }) => !paths.has(path)))
  }

  isGuests(realPath: string): boolean {
    return this.#guestFolder !== undefined && isInside(this.#guestFolder, realPath)
  }

  /** The packages of a name that a directory sees, the nearest first; a text is the reason why one is of no use. */
  async *find(name: string, directory: string): AsyncGenerator<PackageFolder | string> {
    for (const root of this.#rootsFor(directory)) {
      const realPath = realDirectory(join(root, name))
      if (realPath === undefined) continue
      const isGuests = this.isGuests(realPath)
      if (!isGuests && this.isGuests(root)) {
        yield `"${name}" in the node_modules of the folder is a symlink that leaves the folder`
        continue
      }
      const manifest = await this.#manifest(name, realPath)
      if (typeof manifest === 'string') yield `package "${name}" cannot be used: ${manifest}`
      else yield { name, realPath, isGuests, manifest }
    }
  }

  #manifest(name: string, realPath: string): Promise<Manifest | string> {
    const known = this.#known.get(realPath)
    if (known !== undefined) return known
    const reading = readManifest(realPath, `node_modules/${name}/package.json`, this.looked)
    this.#known.set(realPath, reading)
    return reading
  }

  *#rootsFor(directory: string): Generator<string> {
    const end = this.roots === undefined ? undefined : this.base
    for (let current = directory; ; current = dirname(current)) {
      if (current === end && this.#guestFolder === undefined) break
      if (basename(current) !== 'node_modules') yield* this.#root(join(current, 'node_modules'))
      if (current === end) break
      const above = dirname(current)
      if (above === current || isWritableByAll(above)) break
    }
    for (const root of this.roots ?? []) yield* this.#root(root)
  }

  *#root(path: string): Generator<string> {
    const stat = statOf(path)
    if (stat === undefined || !stat.isDirectory()) return
    if (!this.#seenRoots.has(path)) this.looked.push({ path, stat })
    this.#seenRoots.add(path)
    yield path
  }
}

function realDirectory(path: string): string | undefined {
  if (statOf(path)?.isDirectory() !== true) return undefined
  return realpathSync(path)
}

/** `undefined` for nothing, a link that leads nowhere or back to itself, and what may not be looked at. */
function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function isWritableByAll(directory: string): boolean {
  const stat = statOf(directory)
  return stat === undefined || (stat.mode & WRITABLE_BY_ALL) !== 0n
}
