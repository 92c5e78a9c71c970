import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild'
import { figure } from '../refusals.ts'
import { EsmFiles } from './esm-files.ts'
import type { PackageFile, PackageFiles } from './package-files.ts'
import type { PackageLabels } from './package-labels.ts'
import { loaderOf } from './package-loaders.ts'
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
      build.onLoad({ filter: /(?:)/, namespace: 'empty' }, () => ({ contents: '' }))
      build.onLoad({ filter: /(?:)/, namespace: 'npm' }, ({ path }) => this.#load(path))
    },
  }

  async #resolve({ path, namespace, importer, kind }: OnResolveArgs): Promise<OnResolveResult> {
    if (kind === 'entry-point') return { path, namespace: 'entry' }
    const entry = namespace === 'entry' ? this.#options.entries.get(path) : undefined
    if (entry !== undefined) return { path: await this.#idOf(entry), namespace: 'npm' }
    const from = this.#byId.get(importer)
    if (from === undefined)
      throw new IsolatedRuntimeError('INTERNAL', `esbuild asks for "${path}" from "${importer}"`)
    const askKind = kind === 'import-statement' || kind === 'dynamic-import' ? 'import' : 'require'
    const found = await this.#options.files.forPackage(path, from, askKind)
    if (found.kind === 'file') return { path: await this.#idOf(found), namespace: 'npm' }
    if (found.kind === 'empty') return { path: 'empty', namespace: 'empty' }
    const before = this.missing.get(path)
    // Whichever esbuild asks for first: the same packages give the same bundle.
    if (before === undefined || found.why < before) this.missing.set(path, found.why)
    return { path, external: true }
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
    return { contents: await this.#textOf(file), loader: loaderOf(file.realPath) ?? 'js' }
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
}
