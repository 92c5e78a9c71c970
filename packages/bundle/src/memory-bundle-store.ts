import { parse, type Bundle, type BundleStore } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'

const MIB = 1024 * 1024

const optionsSchema = z.strictObject({
  maxBytes: z
    .int()
    .min(1)
    .default(256 * MIB),
})

export interface MemoryBundleStoreOptions {
  /**
   * The most bytes of bundles to keep; those used least recently go first, and one that is larger by itself is not
   * kept.
   *
   * @default 256 MiB
   */
  maxBytes?: number
}

/** Keeps bundles in memory, as many as fit. */
export class MemoryBundleStore implements BundleStore {
  readonly #bundles: LRUCache<string, Bundle>

  /** @throws `INVALID_OPTIONS` */
  constructor(options: MemoryBundleStoreOptions = {}) {
    const { maxBytes } = parse(optionsSchema, options, 'options for a memory bundle store', 'INVALID_OPTIONS')
    this.#bundles = new LRUCache({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes })
  }

  async put(bundle: Bundle): Promise<void> {
    if (!this.#bundles.has(bundle.id)) this.#bundles.set(bundle.id, bundle)
  }

  async get(id: string): Promise<Bundle | undefined> {
    return this.#bundles.get(id)
  }

  async has(id: string): Promise<boolean> {
    return this.#bundles.has(id)
  }
}
