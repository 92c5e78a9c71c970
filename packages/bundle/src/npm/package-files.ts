import { dirname, join } from 'node:path'
import { builtinOf, whyNoBuiltin } from '@isolated-runtime/protocol'
import { saysModuleExports } from '../module-exports.ts'
import { Builds } from './builds.ts'
import { fileAt, prefersReplaced, type FileInPackage } from './file-in-package.ts'
import { importTargets, offeredFile, type AskKind } from './offered-file.ts'
import type { PackageFolder, PackageFolders } from './package-folders.ts'
import { isAllowed, parsePackageSpecifier, whyNoPackageName } from './package-name.ts'
import { readInside } from './read-inside.ts'
import { isOfStandIns, type StandIns } from './stand-ins.ts'

/** Asked for as packages, which they are, rather than as modules of Node.js. */
const SHARED = /^(buffer|process)\/(?:browser|index)?(?:\.js)?$/

/** A larger file is refused when it is packed. */
const MAX_BYTES = 12 * 1024 * 1024

/** A file of a package. */
export type PackageFile = Extract<FileInPackage, { kind: 'file' }>

/** What a specifier leads to that is not a path: something of a package, or the path of a stand-in in the bundle. */
export type Found = FileInPackage | { readonly kind: 'stand-in'; readonly path: string }

export interface PackageFilesOptions {
  /** The patterns of `external`. */
  readonly allowed: readonly string[]
  readonly conditions: readonly string[]
  readonly standIns: StandIns
}

/** Finds what specifiers lead to that are not paths, for files of the guest and for files of packages. */
export class PackageFiles {
  readonly standIns: StandIns
  readonly #folders: PackageFolders
  readonly #allowed: readonly string[]
  readonly #builds: Builds

  constructor(folders: PackageFolders, { allowed, conditions, standIns }: PackageFilesOptions) {
    this.standIns = standIns
    this.#folders = folders
    this.#allowed = allowed
    this.#builds = new Builds(conditions, standIns)
  }

  /** What a specifier leads to from a directory of the guest's folder. */
  async forGuest(specifier: string, directory: string, kind: AskKind): Promise<Found> {
    const builtin = builtinOf(specifier)
    if (builtin !== undefined) {
      const path = this.standIns.pathOf(builtin.name, 'guest')
      if (path !== undefined) return { kind: 'stand-in', path }
      const { standIn } = builtin
      if (standIn === undefined || !isAllowed(this.#allowed, standIn)) return none(whyNoBuiltin(builtin))
      const found = await this.#installed(standIn, directory, kind)
      return found.kind === 'none' ? none(whyNoBuiltin(builtin)) : found
    }
    if (parsePackageSpecifier(specifier) === undefined) return none(whyNoPackageName(specifier))
    if (!isAllowed(this.#allowed, specifier)) return none('the option "external" does not allow it')
    return this.#asAsked(await this.#installed(specifier, directory, kind), kind)
  }

  /** What a specifier leads to from a file of a package: a file of it, or of what it depends on. */
  async forPackage(specifier: string, importer: PackageFile, kind: AskKind): Promise<Found> {
    return this.#asAsked(await this.#forPackage(specifier, importer, kind), kind)
  }

  /** What is required of an ES module may be one of its exports. */
  async #asAsked(found: Found, kind: AskKind): Promise<Found> {
    if (found.kind !== 'file' || kind !== 'require' || !mayBeEsm(found)) return found
    const { folder, realPath } = found
    const text = await readInside({
      folder: folder.realPath,
      path: realPath,
      shown: realPath,
      maxBytes: MAX_BYTES,
    })
    return saysModuleExports(text ?? '') ? { ...found, isModuleExports: true } : found
  }

  async #forPackage(specifier: string, importer: PackageFile, kind: AskKind): Promise<Found> {
    const { folder, realPath } = importer
    const directory = dirname(realPath)
    if (/^\.{1,2}(?:\/|$)/.test(specifier))
      return fileAt(folder, join(directory, specifier), specifier, this.#builds)
    if (specifier.startsWith('#')) return this.#ownImport(specifier, importer, kind)
    const { browser, exports } = folder.manifest
    const mapped =
      typeof browser === 'object' && Object.hasOwn(browser, specifier) ? browser[specifier] : undefined
    const unmapped = mapped === undefined ? undefined : await this.#betterUnmapped(specifier, importer, kind)
    if (unmapped !== undefined) return unmapped
    if (mapped === false) return { kind: 'empty' }
    if (mapped?.startsWith('.')) return fileAt(folder, join(folder.realPath, mapped), mapped, this.#builds)
    const wanted = mapped ?? specifier
    const builtin = builtinOf(wanted)
    const shared = this.#sharedStandIn(builtin?.name ?? wanted, folder)
    if (shared !== undefined) return { kind: 'stand-in', path: shared }
    const asked = builtin === undefined ? wanted : builtin.standIn
    const parsed = asked === undefined ? undefined : parsePackageSpecifier(asked)
    if (asked === undefined || parsed === undefined)
      return none(builtin === undefined ? 'packages can use packages only' : whyNoBuiltin(builtin))
    if (parsed.name === folder.name && exports !== undefined)
      return offeredFile(folder, parsed.subpath, kind, this.#builds)
    if (builtin !== undefined && !this.#mayStandIn(asked, parsed.name, folder))
      return none(whyNoBuiltin(builtin))
    const found = await this.#installed(asked, directory, kind, folder)
    return found.kind === 'none' && builtin !== undefined ? none(whyNoBuiltin(builtin)) : found
  }

  /** A package that `browser` puts another one in the place of, where it needs nothing of Node.js. */
  async #betterUnmapped(
    specifier: string,
    { folder, realPath }: PackageFile,
    kind: AskKind,
  ): Promise<FileInPackage | undefined> {
    if (builtinOf(specifier) !== undefined) return undefined
    const found = await this.#installed(specifier, dirname(realPath), kind, folder)
    if (found.kind !== 'file') return undefined
    const isMapped = await prefersReplaced(found.folder, found.realPath, false, this.#builds)
    return isMapped ? undefined : found
  }

  /** All packages have one and the same `Buffer`, that of `buffer/` as well; a stand-in itself uses what it is made of. */
  #sharedStandIn(name: string, { realPath }: PackageFolder): string | undefined {
    const [, plain = name] = isOfStandIns(realPath) ? [] : (SHARED.exec(name) ?? [])
    return this.standIns.pathOf(plain, 'package')
  }

  /** A stand-in is taken where the operator or the package itself wants one. */
  #mayStandIn(standIn: string, name: string, { manifest }: PackageFolder): boolean {
    return isAllowed(this.#allowed, standIn) || Object.hasOwn(manifest.dependencies ?? {}, name)
  }

  async #installed(
    specifier: string,
    directory: string,
    kind: AskKind,
    importer?: PackageFolder,
  ): Promise<FileInPackage> {
    const parsed = parsePackageSpecifier(specifier)
    if (parsed === undefined) return none('it is not the name of a package')
    let first: FileInPackage | undefined
    for await (const folder of this.#folders.find(parsed.name, directory)) {
      const found =
        typeof folder === 'string'
          ? none(folder)
          : this.#mayUse(folder, specifier, importer)
            ? await offeredFile(folder, parsed.subpath, kind, this.#builds)
            : none('a package in the folder depends on it, but "external" does not allow it')
      if (found.kind !== 'none') return found
      first ??= found
    }
    return first ?? none(`no package "${parsed.name}" is installed where it was looked for`)
  }

  /** A package that came with the guest's folder may say that it depends on whatever else is on this machine. */
  #mayUse(folder: PackageFolder, specifier: string, importer: PackageFolder | undefined): boolean {
    return importer?.isGuests !== true || folder.isGuests || isAllowed(this.#allowed, specifier)
  }

  async #ownImport(specifier: string, importer: PackageFile, kind: AskKind): Promise<Found> {
    const { folder } = importer
    const targets = importTargets(folder.manifest, specifier, kind, this.#builds.conditions)
    for (const target of targets.filter((text) => !text.startsWith('#'))) {
      const found = target.startsWith('.')
        ? await fileAt(folder, join(folder.realPath, target), target, this.#builds)
        : await this.#forPackage(target, importer, kind)
      if (found.kind !== 'none') return found
    }
    return none(`package "${folder.name}" does not import anything as "${specifier}"`)
  }
}

function mayBeEsm({ realPath, folder }: PackageFile): boolean {
  return realPath.endsWith('.mjs') || (realPath.endsWith('.js') && folder.manifest.type === 'module')
}

function none(why: string): Extract<FileInPackage, { kind: 'none' }> {
  return { kind: 'none', why }
}
