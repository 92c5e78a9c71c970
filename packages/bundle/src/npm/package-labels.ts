import { createHash } from 'node:crypto'
import { relative } from 'node:path'
import { MODULE_EXPORTS } from '../module-exports.ts'
import type { PackageFile } from './package-files.ts'

/**
 * Names the files of packages by package and version, such as `/node_modules/lodash@4.18.1/fp.js`, whatever machine they
 * are on. Where the same version is installed twice, a hash of the place tells which.
 */
export class PackageLabels {
  readonly #base: string
  readonly #folders = new Map<string, string>()
  readonly #ambiguous = new Set<string>()
  /** How often a name turned out to mean two folders; names given before that may change. */
  ambiguities = 0

  /** @param base places are told as seen from there */
  constructor(base: string) {
    this.#base = base
  }

  /** The path of a file inside the bundle. */
  of({ folder, realPath, isModuleExports }: PackageFile): string {
    const { name, manifest } = folder
    const plain = manifest.version === undefined ? name : `${name}@${manifest.version}`
    const label = this.#ambiguous.has(plain) ? `${plain}-${this.#placeOf(folder.realPath)}` : plain
    const known = this.#folders.get(label) ?? folder.realPath
    this.#folders.set(label, known)
    if (known !== folder.realPath && !this.#ambiguous.has(plain)) {
      this.#ambiguous.add(plain)
      this.ambiguities++
    }
    const inside = relative(folder.realPath, realPath)
    return `/node_modules/${label}/${inside}${isModuleExports === true ? MODULE_EXPORTS : ''}`
  }

  #placeOf(realPath: string): string {
    return createHash('sha256').update(relative(this.#base, realPath)).digest('hex').slice(0, 8)
  }
}
