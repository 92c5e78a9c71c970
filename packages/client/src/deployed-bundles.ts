import type { Bundle } from '@isolated-runtime/protocol'
import type { RedisBundleStore } from '@isolated-runtime/queue'

/** How often Redis is told that a bundle is still in use. */
const KEEP_AGAIN_MS = 5 * 60_000
/** What a run may take after the last moment it can start: time limits, attempts, clocks that disagree. */
const RUN_MS = 60 * 60_000
/** Forgetting that a bundle was stored costs no more than asking the store. */
const MAX_REMEMBERED = 10_000

interface Deployed {
  /** Whether the bundle is in the store. */
  readonly stored: Promise<boolean>
  /** When the store was last told to keep it, and until when it does; by `performance.now()`. */
  toldAt: number
  keptUntil: number
}

/**
 * Sees to it that the fleet has the bundles of runs, for as long as the runs may wait. The store is asked once for each
 * bundle, then every five minutes while it is used.
 */
export class DeployedBundles {
  readonly #store: Pick<RedisBundleStore, 'put' | 'keep' | 'keepMs'>
  readonly #deployed = new Map<string, Deployed>()

  constructor(store: Pick<RedisBundleStore, 'put' | 'keep' | 'keepMs'>) {
    this.#store = store
  }

  /** Settles when a bundle is in the store, to stay there for a run that waits no longer than `waitMs`. */
  async deploy(bundle: Bundle, waitMs = 0): Promise<void> {
    const known = this.#covering(bundle.id, waitMs)
    if (known === undefined) return this.redeploy(bundle, waitMs)
    if (await known.stored) return this.#keepInTime(bundle.id, known)
    // Whoever heard of it first has begun to store it.
    await this.deploy(bundle, waitMs)
  }

  /** The same for a bundle that was in the store and may no longer be. */
  async redeploy(bundle: Bundle, waitMs = 0): Promise<void> {
    const forMs = waitMs + RUN_MS
    const putting = this.#store.put(bundle, forMs).then(() => true)
    await this.#remember(bundle.id, forMs, putting).stored
  }

  /** Has a bundle that was deployed before stay for a run that waits no longer than `waitMs`, if it is there. */
  keep(id: string, waitMs: number): void {
    const known = this.#covering(id, waitMs)
    if (known !== undefined) return this.#keepInTime(id, known)
    const forMs = waitMs + RUN_MS
    this.#remember(id, forMs, this.#store.keep(id, forMs))
  }

  #covering(id: string, waitMs: number): Deployed | undefined {
    const known = this.#deployed.get(id)
    return known && performance.now() + waitMs + RUN_MS <= known.keptUntil ? known : undefined
  }

  /** What the store said covers this run; what it is told now is for later ones, so nobody waits for it. */
  #keepInTime(id: string, known: Deployed): void {
    const now = performance.now()
    if (now < known.toldAt + Math.min(KEEP_AGAIN_MS, this.#store.keepMs / 2)) return
    known.toldAt = now
    void this.#keepOn(id, known)
  }

  async #keepOn(id: string, known: Deployed): Promise<void> {
    const keptUntil = performance.now() + this.#store.keepMs
    try {
      if (await this.#store.keep(id)) known.keptUntil = Math.max(known.keptUntil, keptUntil)
      else this.#forget(id, known)
    } catch {
      // The next use that it matters to tries again, and hears of it.
    }
  }

  #remember(id: string, forMs: number, stored: Promise<boolean>): Deployed {
    if (this.#deployed.size >= MAX_REMEMBERED) this.#deployed.clear()
    const toldAt = performance.now()
    const entry = { stored, toldAt, keptUntil: toldAt + Math.max(this.#store.keepMs, forMs) }
    this.#deployed.set(id, entry)
    stored.then(
      (isThere) => isThere || this.#forget(id, entry),
      () => this.#forget(id, entry),
    )
    return entry
  }

  #forget(id: string, entry: Deployed): void {
    if (this.#deployed.get(id) === entry) this.#deployed.delete(id)
  }
}
