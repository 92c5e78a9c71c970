import { dirname, extname } from 'node:path'
import { readManifest } from './manifest.ts'
import type { PackageFile } from './package-files.ts'

/** Looks like an ES module. */
export const ESM_SYNTAX: RegExp = /^\s*(?:import|export)\b/m

/** Tells which files named `.js` are ESM, by the nearest `package.json` of their package. */
export class EsmFiles {
  readonly #types = new Map<string, Promise<string | undefined>>()

  /** Browser builds of ESM packages are often CommonJS all the same: the code has a say. */
  async has(file: PackageFile, text: string): Promise<boolean> {
    if (extname(file.realPath) !== '.js' || !ESM_SYNTAX.test(text)) return false
    return (await this.#typeOf(dirname(file.realPath), file)) === 'module'
  }

  #typeOf(directory: string, file: PackageFile): Promise<string | undefined> {
    const known = this.#types.get(directory)
    if (known !== undefined) return known
    const { folder } = file
    const type =
      directory === folder.realPath ? Promise.resolve(folder.manifest.type) : this.#look(directory, file)
    this.#types.set(directory, type)
    return type
  }

  async #look(directory: string, file: PackageFile): Promise<string | undefined> {
    const manifest = await readManifest(directory, `${file.folder.name}/package.json`)
    if (typeof manifest !== 'string' && manifest.type !== undefined) return manifest.type
    return this.#typeOf(dirname(directory), file)
  }
}
