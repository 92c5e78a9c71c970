import { FolderBundles, type PackOptions } from '@isolated-runtime/bundle'
import type { Bundle, BundleStore } from '@isolated-runtime/protocol'

/** Forgetting that a bundle was stored costs no more than asking the store. */
const MAX_REMEMBERED = 10_000

/** Sees to it that the fleet has the bundles of folders, asking the store once for each. */
export class DeployedBundles {
  readonly #folders: FolderBundles
  readonly #store: BundleStore
  readonly #deployed = new Map<string, Promise<void>>()

  /** @throws `INVALID_OPTIONS` */
  constructor(store: BundleStore, packing?: PackOptions) {
    this.#store = store
    this.#folders = new FolderBundles(packing)
  }

  /** The bundle of a folder as it is now; it is in the store. */
  async deploy(folder: string): Promise<Bundle> {
    const bundle = await this.#folders.bundleOf(folder)
    await (this.#deployed.get(bundle.id) ?? this.#put(bundle))
    return bundle
  }

  /** Stores a bundle that was there and no longer is. */
  async redeploy(bundle: Bundle): Promise<void> {
    await this.#put(bundle)
  }

  #put(bundle: Bundle): Promise<void> {
    if (this.#deployed.size >= MAX_REMEMBERED) this.#deployed.clear()
    const putting = this.#store.put(bundle)
    this.#deployed.set(bundle.id, putting)
    putting.catch(() => {
      if (this.#deployed.get(bundle.id) === putting) this.#deployed.delete(bundle.id)
    })
    return putting
  }
}
