import type { Bundle, BundleStore } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'

/** Keeps the bundles used last, and asks the store once for each however many runs want it. */
export class BundleCache {
  readonly #store: Pick<BundleStore, 'get'>
  readonly #bundles: LRUCache<string, Bundle>
  // Beside the cache: lru-cache's own `fetch()` fails those who wait for a bundle when others push it out meanwhile.
  readonly #loading = new Map<string, Promise<Bundle | undefined>>()

  /** @param maxBytes how much to keep; larger bundles are got from the store each time */
  constructor(store: Pick<BundleStore, 'get'>, maxBytes: number) {
    this.#store = store
    this.#bundles = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: ({ bytes }) => bytes })
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
    const bundle = await this.#store.get(id)
    if (bundle !== undefined) this.#bundles.set(id, bundle)
    return bundle
  }
}
