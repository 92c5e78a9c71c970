import { dirname, join } from 'node:path'
import { builtinOf, whyNoBuiltin } from '@isolated-runtime/protocol'
import { imports as targetsOf } from 'resolve.exports'
import { fileAt, offeredFile, type AskKind, type FileInPackage } from './file-in-package.ts'
import type { PackageFolder, PackageFolders } from './package-folders.ts'
import { isAllowed, parsePackageSpecifier } from './package-name.ts'

/** A file of a package. */
export type PackageFile = Extract<FileInPackage, { kind: 'file' }>

/** Finds what specifiers lead to that are not paths, for files of the guest and for files of packages. */
export class PackageFiles {
  readonly #folders: PackageFolders
  readonly #allowed: readonly string[]

  /** @param allowed the patterns of `external` */
  constructor(folders: PackageFolders, allowed: readonly string[]) {
    this.#folders = folders
    this.#allowed = allowed
  }

  /** What a specifier leads to from a directory of the guest's folder. */
  async forGuest(specifier: string, directory: string, kind: AskKind): Promise<FileInPackage> {
    const builtin = builtinOf(specifier)
    if (builtin !== undefined) {
      const { standIn } = builtin
      if (standIn === undefined || !isAllowed(this.#allowed, standIn)) return none(whyNoBuiltin(builtin))
      const found = await this.#installed(standIn, directory, kind)
      return found.kind === 'none' ? none(whyNoBuiltin(builtin)) : found
    }
    if (parsePackageSpecifier(specifier) === undefined)
      return none('it is neither a path nor the name of a package')
    if (!isAllowed(this.#allowed, specifier)) return none('the option "external" does not allow it')
    return this.#installed(specifier, directory, kind)
  }

  /** What a specifier leads to from a file of a package: a file of it, or of what it depends on. */
  async forPackage(specifier: string, importer: PackageFile, kind: AskKind): Promise<FileInPackage> {
    const { folder, realPath } = importer
    const directory = dirname(realPath)
    if (/^\.{1,2}(?:\/|$)/.test(specifier)) return fileAt(folder, join(directory, specifier), specifier)
    if (specifier.startsWith('#')) return this.#ownImport(specifier, importer, kind)
    const { browser, exports } = folder.manifest
    const mapped =
      typeof browser === 'object' && Object.hasOwn(browser, specifier) ? browser[specifier] : undefined
    if (mapped === false) return { kind: 'empty' }
    if (mapped?.startsWith('.')) return fileAt(folder, join(folder.realPath, mapped), mapped)
    const wanted = mapped ?? specifier
    const builtin = builtinOf(wanted)
    const asked = builtin === undefined ? wanted : builtin.standIn
    const parsed = asked === undefined ? undefined : parsePackageSpecifier(asked)
    if (asked === undefined || parsed === undefined)
      return none(builtin === undefined ? 'packages can use packages only' : whyNoBuiltin(builtin))
    if (parsed.name === folder.name && exports !== undefined) return offeredFile(folder, parsed.subpath, kind)
    if (builtin !== undefined && !this.#mayStandIn(asked, parsed.name, folder))
      return none(whyNoBuiltin(builtin))
    const found = await this.#installed(asked, directory, kind, folder)
    return found.kind === 'none' && builtin !== undefined ? none(whyNoBuiltin(builtin)) : found
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
            ? await offeredFile(folder, parsed.subpath, kind)
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

  async #ownImport(specifier: string, importer: PackageFile, kind: AskKind): Promise<FileInPackage> {
    const { folder } = importer
    let targets: readonly string[]
    try {
      const options = { browser: true, require: kind === 'require' }
      targets = targetsOf({ name: folder.name, imports: {}, ...folder.manifest }, specifier, options) ?? []
    } catch {
      targets = []
    }
    for (const target of targets.filter((text) => !text.startsWith('#'))) {
      const found = target.startsWith('.')
        ? await fileAt(folder, join(folder.realPath, target), target)
        : await this.forPackage(target, importer, kind)
      if (found.kind !== 'none') return found
    }
    return none(`package "${folder.name}" does not import anything as "${specifier}"`)
  }
}

function none(why: string): FileInPackage {
  return { kind: 'none', why }
}
