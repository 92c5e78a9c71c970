import type { PackageFolder } from './package-folders.ts'
import { needsOf, type FileNeeds } from './file-needs.ts'
import type { StandIns } from './stand-ins.ts'

/** The file of a package that a path in it leads to. */
export type Find = (path: string) => Promise<string | undefined>

/** Every package has these; see `StandIns`. */
const ALWAYS_THERE = new Set(['buffer', 'process'])

/** Which of the builds that a package offers guests get. */
export class Builds {
  /** Which conditions of `exports` hold, besides `import` or `require`, and `default`. */
  readonly conditions: readonly string[]
  readonly #standIns: StandIns
  readonly #needs = new Map<string, Promise<FileNeeds>>()

  constructor(conditions: readonly string[], standIns: StandIns) {
    this.conditions = conditions
    this.#standIns = standIns
  }

  /**
   * Whether the build for browsers is the better one: where the plain one needs modules of Node.js. A build that needs
   * a page is worse than one for which there are stand-ins.
   *
   * @param plain a file; `undefined` if there is none
   * @param browser a file, or `false` for an empty module
   */
  async prefersBrowser(
    folder: PackageFolder,
    plain: string | undefined,
    browser: string | false,
    find: Find,
  ): Promise<boolean> {
    if (plain === browser) return false
    if (plain === undefined || this.conditions.includes('browser')) return true
    const needed = builtinsOf(await this.#needsOf(folder, plain, find))
    if (needed.length === 0) return false
    if (browser === false) return true
    const ofBrowser = await this.#needsOf(folder, browser, find)
    if (!ofBrowser.dom && builtinsOf(ofBrowser).length === 0) return true
    if (needed.every((name) => this.#standIns.isReal(name))) return false
    return !ofBrowser.dom || !needed.every((name) => this.#standIns.pathOf(name, 'package') !== undefined)
  }

  /** Whether the build for Node.js is the better one: where the plain one needs a page, and this one nothing. */
  async prefersNode(folder: PackageFolder, plain: string, node: string, find: Find): Promise<boolean> {
    if (plain === node || !(await this.#needsOf(folder, plain, find)).dom) return false
    const ofNode = await this.#needsOf(folder, node, find)
    return !ofNode.dom && builtinsOf(ofNode).length === 0
  }

  #needsOf(folder: PackageFolder, path: string, find: Find): Promise<FileNeeds> {
    const known = this.#needs.get(path)
    if (known !== undefined) return known
    const needs = needsOf(folder, path, find)
    this.#needs.set(path, needs)
    return needs
  }
}

function builtinsOf({ builtins }: FileNeeds): string[] {
  return [...builtins].filter((name) => !ALWAYS_THERE.has(name))
}
