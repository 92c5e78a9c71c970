import { extname } from 'node:path'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild'
import { moduleExportsOf } from '../module-exports.ts'
import { figure } from '../refusals.ts'
import { EsmFiles, ESM_SYNTAX } from './esm-files.ts'
import type { PackageFile, PackageFiles } from './package-files.ts'
import type { PackageLabels } from './package-labels.ts'
import { loaderOf } from './package-loaders.ts'
import { packableText } from './packable-text.ts'
import { readInside } from './read-inside.ts'

/** Tells esbuild that a file is ESM by its package, as an ending of `.mjs` does: it then imports CommonJS as Node does. */
const ESM_MARK = '.mjs'

/** What one build of packages is about. */
export interface GraphOptions {
  readonly files: PackageFiles
  readonly labels: PackageLabels
  /** By the name of the entry. */
  readonly entries: ReadonlyMap<string, PackageFile>
  /** Names of entries by the name of the file that they share. */
  readonly shared: ReadonlyMap<string, readonly string[]>
  readonly maxBytes: number
  /** Folders of packages whose CommonJS files are files of the bundle, because what they ask for is known at run time. */
  readonly whole: ReadonlySet<string>
  /** Whether the code is for no one to read. */
  readonly isDense?: boolean
}

/** Gives esbuild the files of packages, and finds what they ask for: esbuild itself never looks at the disk. */
export class PackageGraph {
  readonly #options: GraphOptions
  readonly #byId = new Map<string, PackageFile>()
  readonly #texts = new Map<string, Promise<string>>()
  readonly #esmFiles = new EsmFiles()
  #bytes = 0
  /** Why specifiers that were left as they are lead nowhere. */
  readonly missing = new Map<string, string>()
  /** Files that were left to be files of the bundle, by their path in it. */
  readonly apart = new Map<string, PackageFile>()

  constructor(options: GraphOptions) {
    this.#options = options
  }

  readonly plugin: Plugin = {
    name: 'packages',
    setup: (build) => {
      build.onResolve({ filter: /(?:)/ }, (asked) => this.#resolve(asked))
      build.onLoad({ filter: /(?:)/, namespace: 'entry' }, ({ path }) => ({
        contents: this.#entryCode(path),
      }))
      build.onLoad({ filter: /(?:)/, namespace: 'module.exports' }, ({ path }) => ({
        contents: moduleExportsOf(path),
      }))
      build.onLoad({ filter: /(?:)/, namespace: 'empty' }, () => ({ contents: '' }))
      build.onLoad({ filter: /(?:)/, namespace: 'npm' }, ({ path }) => this.#load(path))
    },
  }

  async #resolve({ path, namespace, importer, kind }: OnResolveArgs): Promise<OnResolveResult> {
    if (kind === 'entry-point') return { path, namespace: 'entry' }
    if (namespace === 'module.exports') return { path, namespace: 'npm' }
    const entry = namespace === 'entry' ? this.#options.entries.get(path) : undefined
    if (entry !== undefined) return this.#inlined(entry)
    const from = this.#byId.get(importer)
    if (from === undefined)
      throw new IsolatedRuntimeError('INTERNAL', `esbuild asks for "${path}" from "${importer}"`)
    const askKind = kind === 'import-statement' || kind === 'dynamic-import' ? 'import' : 'require'
    const found = await this.#options.files.forPackage(path, from, askKind)
    if (found.kind === 'file') return this.#resolveFile(found, from)
    if (found.kind === 'stand-in') return { path: found.path, external: true }
    if (found.kind === 'empty') return { path: 'empty', namespace: 'empty' }
    const before = this.missing.get(path)
    // Whichever esbuild asks for first: the same packages give the same bundle.
    if (before === undefined || found.why < before) this.missing.set(path, found.why)
    return { path, external: true }
  }

  /** A file by the path that esbuild tells in a message; `undefined` for none of a package. */
  fileOf(path: string): PackageFile | undefined {
    return this.#byId.get(path.replace(/^npm:/, ''))
  }

  async #resolveFile(found: PackageFile, from: PackageFile): Promise<OnResolveResult> {
    const { whole, labels } = this.#options
    const isApart = [found, from].some(({ folder }) => whole.has(folder.realPath))
    // An ES module is not asked for at run time, and is more than what `require` gives.
    if (!isApart || (await this.#isEsm(found)) || (await this.#isEsm(from))) return this.#inlined(found)
    const path = labels.of(found)
    this.apart.set(path, found)
    return { path, external: true }
  }

  async #inlined(file: PackageFile): Promise<OnResolveResult> {
    const { isModuleExports, ...module } = file
    return { path: await this.#idOf(module), namespace: isModuleExports === true ? 'module.exports' : 'npm' }
  }

  #entryCode(name: string): string {
    const names = this.#options.shared.get(name)
    if (names === undefined) return `module.exports = require(${JSON.stringify(name)})`
    return names
      .map((each) => `exports[${JSON.stringify(each)}] = () => require(${JSON.stringify(each)})`)
      .join('\n')
  }

  async #load(id: string): Promise<OnLoadResult> {
    const file = this.#byId.get(id)
    if (file === undefined) throw new IsolatedRuntimeError('INTERNAL', `esbuild asks for the file "${id}"`)
    return { contents: packableText(await this.#textOf(file)), loader: loaderOf(file.realPath) ?? 'js' }
  }

  #textOf(file: PackageFile): Promise<string> {
    const known = this.#texts.get(file.realPath)
    if (known !== undefined) return known
    const text = this.#read(file)
    this.#texts.set(file.realPath, text)
    return text
  }

  async #read(file: PackageFile): Promise<string> {
    const { labels, maxBytes } = this.#options
    const shown = labels.of(file)
    const { folder, realPath } = file
    const text = (await readInside({ folder: folder.realPath, path: realPath, shown, maxBytes })) ?? ''
    this.#bytes += Buffer.byteLength(text)
    if (this.#bytes <= maxBytes) return text
    throw new IsolatedRuntimeError(
      'BUNDLE_TOO_LARGE',
      `The packages come to more than ${figure(maxBytes)} bytes, as of ${shown}; "maxBytes" is ${figure(maxBytes)}`,
    )
  }

  async #idOf(file: PackageFile): Promise<string> {
    const isEsm = await this.#esmFiles.has(file, await this.#textOf(file))
    const id = this.#options.labels.of(file) + (isEsm ? ESM_MARK : '')
    this.#byId.set(id, file)
    return id
  }

  async #isEsm(file: PackageFile): Promise<boolean> {
    return extname(file.realPath) === '.mjs' || ESM_SYNTAX.test(await this.#textOf(file))
  }
}
