import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = '@isolated-runtime/stand-ins'
/** No package can have this name. */
const FOLDER = '/node_modules/.node/'
const NAME = /^[a-z\d_]+(?:\/[a-z\d_]+)?$/

/** Of this package: modules that every package gets, because bundlers give them too. */
const OWN = realpathSync(fileURLToPath(new URL('../../', import.meta.url)))
let folder: string | undefined

/** Where the package with the stand-ins is installed; `undefined` if it is not. */
export function standInsFolder(): string | undefined {
  try {
    folder ??= realpathSync(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)))
  } catch {
    // Whoever packs without stand-ins does not need it.
  }
  return folder
}

/** A file that stands in for a module of Node.js. */
export interface StandIn {
  /** The package that it is of. */
  readonly folder: string
  readonly realPath: string
}

/** Who asks for a module of Node.js. */
export type Asker = 'guest' | 'package'

/** What guests and their packages get in the place of modules of Node.js. */
export class StandIns {
  /** Whether all modules of Node.js have one, or only those that bundlers give to packages. */
  readonly hasAll: boolean
  readonly #hasEnv: boolean

  constructor({ standIns, hasEnv }: { readonly standIns: boolean; readonly hasEnv: boolean }) {
    this.hasAll = standIns
    this.#hasEnv = hasEnv
  }

  /** The path in the bundle of what stands in for a module, named without `node:`; `undefined` if nothing does. */
  pathOf(name: string, asker: Asker): string | undefined {
    if (!this.#has(name, asker)) return undefined
    return standInAt(`${FOLDER}${name}.js`) === undefined ? undefined : `${FOLDER}${name}.js`
  }

  /** Whether a module of Node.js does what it is for, rather than only load. */
  isReal(name: string): boolean {
    return this.#has(name, 'guest') && existsSync(join(standInsFolder() ?? OWN, 'modules', `${name}.cjs`))
  }

  #has(name: string, asker: Asker): boolean {
    if (this.hasAll) return asker === 'package' || !isForPackagesOnly(name)
    if (asker === 'package') return name === 'buffer' || name === 'process'
    return name === 'process' && this.#hasEnv
  }
}

/** The file for a path in the bundle that {@link StandIns} gave; `undefined` for any other path. */
export function standInAt(path: string): StandIn | undefined {
  if (!path.startsWith(FOLDER)) return undefined
  const name = path.slice(FOLDER.length, -'.js'.length)
  if (!NAME.test(name)) return undefined
  for (const packageFolder of [OWN, standInsFolder()]) {
    if (packageFolder === undefined) continue
    for (const part of ['modules', 'for-packages']) {
      const realPath = join(packageFolder, part, `${name}.cjs`)
      if (existsSync(realPath)) return { folder: packageFolder, realPath }
    }
  }
  return undefined
}

/** Modules that cannot be had: packages may load them all the same, guests are told at once. */
function isForPackagesOnly(name: string): boolean {
  const root = standInsFolder()
  return root !== undefined && NAME.test(name) && existsSync(join(root, 'for-packages', `${name}.cjs`))
}

/** Whether a folder is one of those that stand-ins are in. */
export function isOfStandIns(packageFolder: string): boolean {
  return packageFolder === OWN || packageFolder === standInsFolder()
}
