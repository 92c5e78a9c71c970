import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { IsolatedRuntimeError, toBundlePath, type Bundle } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'
import { languageOf } from './language.ts'
import { packFiles } from './pack-files.ts'
import { parsePackOptions, type PackOptions, type ParsedPackOptions } from './pack-options.ts'
import { figure, tooLarge } from './refusals.ts'

const MIB = 1024 * 1024
/** What is kept, as the size of the bundles. */
const MAX_KEPT_BYTES = 64 * MIB
/** What an entry costs besides. */
const ENTRY_BYTES = 1_024

/**
 * The bundles of single texts, such as rules kept in a database. A text is packed once however often it is asked for,
 * while it is among those used last, up to 64 MiB.
 */
export class SourceBundles {
  readonly #options: ParsedPackOptions
  readonly #kept = new LRUCache<string, Bundle>({
    maxSize: MAX_KEPT_BYTES,
    sizeCalculation: ({ bytes }) => bytes + ENTRY_BYTES,
  })
  readonly #packing = new Map<string, Promise<Bundle>>()

  /** @throws `INVALID_OPTIONS` */
  constructor(options: PackOptions = {}) {
    this.#options = parsePackOptions(options)
  }

  /**
   * The bundle that holds one file.
   *
   * @param file its name, whose ending tells the language: `index.js`, `rule.ts`
   * @throws `INVALID_REQUEST` for a name that is none of code, `BUNDLE_TOO_LARGE` or `BUNDLE_SYNTAX_ERROR`; a failure is
   *   not remembered
   */
  async bundleOf(source: string, file: string): Promise<Bundle> {
    const key = createHash('sha256').update(`${file}\n`).update(source).digest('base64')
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const packing = this.#packing.get(key) ?? this.#pack(key, source, file)
    return packing
  }

  #pack(key: string, source: string, file: string): Promise<Bundle> {
    const packing = packSource(source, file, this.#options)
    this.#packing.set(key, packing)
    packing
      .then((bundle) => this.#kept.set(key, bundle))
      // Whoever asked hears of it.
      .catch(() => undefined)
      .finally(() => this.#packing.delete(key))
    return packing
  }
}

async function packSource(source: string, file: string, options: ParsedPackOptions): Promise<Bundle> {
  const path = toBundlePath(file)
  const language = languageOf(path, options)
  if (language === undefined || language === 'json') {
    throw new IsolatedRuntimeError(
      'INVALID_REQUEST',
      `Invalid run request: "file" is ${JSON.stringify(file)}, which is no name of code; with "source", expected a name that ends in ".js", ".ts", ".cjs", ".mjs", ".cts" or ".mts"`,
    )
  }
  const { maxBytes } = options
  const bytes = Buffer.byteLength(source)
  if (bytes > maxBytes)
    throw tooLarge(file, `the text has ${figure(bytes)} bytes`, `"maxBytes" is ${figure(maxBytes)}`)
  // As decoding a file does.
  const text = source.startsWith('\ufeff') ? source.slice(1) : source
  const files = [{ path, realPath: join(process.cwd(), path), language, read: async () => text }]
  const { bundle } = await packFiles({ name: file, guestFolder: undefined, files }, options)
  return bundle
}
