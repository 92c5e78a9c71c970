import type { Realm, RealmMaker, Reuse } from '../realm/realm-maker.ts'

export interface RealmSupplyOptions {
  readonly maker: RealmMaker
  /** How many realms wait for the next run of their bundle; they count against the heap of the guests. */
  readonly maxKept: number
  /** After this many runs a realm is replaced. */
  readonly maxRuns: number
  /** Asked now and then: whether so much of the heap is taken that none of the kept realms should be. */
  readonly isHeapFull: () => boolean
}

/** A realm in the hands of one run. */
export interface RealmLoan {
  readonly realm: Realm
  readonly reuse: Reuse
  readonly bundle: string
  /** How many runs it has served before. */
  readonly runs: number
}

/** Asking costs some microseconds, too many for each run. */
const RUNS_BETWEEN_HEAP_CHECKS = 16

/**
 * The realms of a thread.
 *
 * ```
 *  spare ──> on loan to a run ──┬─> kept for the next run of that bundle ──> on loan …
 *                               └─> gone: fresh, used up, or not to be renewed
 * ```
 *
 * A realm on loan is not among the kept, so one that is not given back is never used again.
 */
export class RealmSupply {
  readonly #options: RealmSupplyOptions
  readonly #spares = new Map<Reuse, Realm>()
  /** By kind and bundle, the least recently used first. */
  readonly #kept = new Map<string, RealmLoan>()
  #untilHeapCheck = RUNS_BETWEEN_HEAP_CHECKS

  constructor(options: RealmSupplyOptions) {
    this.#options = options
  }

  lend(reuse: Reuse, bundle: string): RealmLoan {
    const key = keyOf(reuse, bundle)
    const kept = this.#kept.get(key)
    if (kept !== undefined) {
      this.#kept.delete(key)
      return kept
    }
    const realm = this.#spares.get(reuse) ?? this.#options.maker.create(reuse)
    this.#spares.delete(reuse)
    return { realm, reuse, bundle, runs: 0 }
  }

  /**
   * Takes a realm back from a run that is over and at rest.
   *
   * @returns whether it is kept for the next run of its bundle
   */
  takeBack({ realm, reuse, bundle, runs }: RealmLoan): boolean {
    if (reuse === 'fresh' || runs + 1 >= this.#options.maxRuns) return false
    if (--this.#untilHeapCheck <= 0) {
      this.#untilHeapCheck = RUNS_BETWEEN_HEAP_CHECKS
      if (this.#options.isHeapFull()) {
        this.#kept.clear()
        return false
      }
    }
    if (!realm.inside.renew()) return false
    this.#kept.set(keyOf(reuse, bundle), { realm, reuse, bundle, runs: runs + 1 })
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#options.maxKept) break
      this.#kept.delete(oldest)
    }
    return true
  }

  /** Keeps no realm that no run has used. */
  dropSpares(): void {
    this.#spares.clear()
  }

  /** Makes a realm of that kind ahead of the run that needs it. */
  prepare(reuse: Reuse): void {
    if (!this.#spares.has(reuse)) this.#spares.set(reuse, this.#options.maker.create(reuse))
  }
}

function keyOf(reuse: Reuse, bundle: string): string {
  return `${reuse} ${bundle}`
}
