import { type Outcome } from '@isolated-runtime/protocol'

/** The least runs by which a function is judged: few, for each of many clients has to see them. */
const MIN_SEEN = 4
/** How much the latest run counts. */
const SHARE_OF_LATEST = 0.1
/**
 * A function that takes longer than this, in milliseconds, is not quick: others would wait for it. By the clock, so it leaves
 * room for what a fresh realm takes where processors are short.
 */
const MAX_QUICK_MS = 4
/** How long the runs of a batch may take in all, in milliseconds. */
const BATCH_MS = 10
const MAX_BATCH = 64

/** How long the runs of a function take. */
export class QuickRuns {
  #seen = 0
  #meanMs = 0

  /** Whether a run is over in next to no time, as far as is known. */
  get areQuick(): boolean {
    return this.#seen >= MIN_SEEN && this.#meanMs <= MAX_QUICK_MS
  }

  /** How many of them a batch may have. */
  get perBatch(): number {
    return Math.max(1, Math.min(MAX_BATCH, Math.floor(BATCH_MS / Math.max(this.#meanMs, 0.001))))
  }

  record({ usage }: Pick<Outcome, 'usage'>): void {
    this.#seen++
    const share = Math.max(SHARE_OF_LATEST, 1 / this.#seen)
    this.#meanMs += (usage.wallMs - this.#meanMs) * share
  }
}
