import type { Bundle, BundleStore } from '@isolated-runtime/protocol'
import { LRUCache } from 'lru-cache'

/** Keeps the bundles used last, and asks the store once for each however many runs want it. */
export class BundleCache {
  readonly #bundles: LRUCache<string, Bundle>

  /** @param maxBytes how much to keep; larger bundles are got from the store each time */
  constructor(store: Pick<BundleStore, 'get'>, maxBytes: number) {
    this.#bundles = new LRUCache<string, Bundle>({
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: ({ bytes }) => bytes,
      fetchMethod: (id) => store.get(id),
    })
  }

  /** The bundle; `undefined` if the store does not have it, which is not remembered. */
  async get(id: string): Promise<Bundle | undefined> {
    return this.#bundles.fetch(id)
  }
}
