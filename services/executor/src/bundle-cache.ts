import type { Bundle, BundleStore } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'
import { Turns } from './turns.ts'

/** What it takes to get the largest bundle there may be: as it is stored, as it is unpacked, and as it is kept. */
const BYTES_OF_LOAD = 64 * 1024 * 1024

const BYTES_OF_FILE = 256
const BEYOND_LATIN_1 = /[\u0100-\uffff]/

/**
 * Keeps the bundles used last, within a share of the heap, and asks the store once for each however many runs want it. So
 * many are got at a time as that share has room for.
 */
export class BundleCache {
  readonly #store: Pick<BundleStore, 'get'>
  readonly #bundles: LRUCache<string, Bundle>
  // Beside the cache: lru-cache's own `fetch()` fails those who wait for a bundle when others push it out meanwhile.
  readonly #loads: Turns
  readonly #loading = new Map<string, Promise<Bundle | undefined>>()

  /** @param maxBytes how much of the heap to use; larger bundles are got from the store each time */
  constructor(store: Pick<BundleStore, 'get'>, maxBytes: number) {
    this.#store = store
    this.#bundles = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: heldBytes })
    this.#loads = new Turns(Math.max(1, Math.floor(maxBytes / BYTES_OF_LOAD)))
  }

  /** The bundle; `undefined` if the store does not have it, which is not remembered, nor is what it throws. */
  async get(id: string): Promise<Bundle | undefined> {
    return this.#bundles.get(id) ?? this.#loading.get(id) ?? this.#load(id)
  }

  #load(id: string): Promise<Bundle | undefined> {
    const loading = this.#ask(id).finally(() => this.#loading.delete(id))
    this.#loading.set(id, loading)
    return loading
  }

  async #ask(id: string): Promise<Bundle | undefined> {
    const bundle = await this.#loads.during(() => this.#store.get(id))
    if (bundle !== undefined) this.#bundles.set(id, bundle)
    return bundle
  }
}

/** V8 has two bytes for each character of a text that has one beyond Latin-1, and one else. */
function heldBytes({ bytes, files }: Bundle): number {
  let held = bytes
  for (const file of Object.values(files)) {
    held += BYTES_OF_FILE
    const texts = file.kind === 'json' ? [file.code] : [file.code, file.map ?? '']
    for (const text of texts) if (BEYOND_LATIN_1.test(text)) held += text.length
  }
  return held
}
