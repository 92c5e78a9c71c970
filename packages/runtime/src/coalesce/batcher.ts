import { decodeOutcomeInSlices, type Outcome } from '@isolated-runtime/protocol'
import { createHash } from 'node:crypto'
import { SimilarRuns, type RunSending } from './similar-runs.ts'

/** Larger arguments gain little in a batch. */
const MAX_ARGS_CHARS = 32 * 1024
/** The most functions of which it is known how long they take. */
const MAX_KNOWN = 1_000
/** A longer description of what runs have in common is remembered by its hash: it may hold a large context. */
const MAX_KEY_CHARS = 1024

export interface BatcherOptions<Run> extends RunSending<Run> {
  /** What runs of one batch have in common; `undefined` for a run that is always sent by itself. */
  readonly keyOf: (run: Run) => string | undefined
}

/**
 * Sends runs of one function in batches when many are in flight and each is known to take next to no time. Each has a
 * realm, limits and an outcome of its own, as if it had been sent by itself.
 *
 *     few in flight, or not known to be quick ──▶ sent by itself, at once
 *     else ──▶ waits for others ────────────────▶ sent in a batch
 */
export class Batcher<Run> {
  readonly #options: BatcherOptions<Run>
  readonly #similar = new Map<string, SimilarRuns<Run>>()

  constructor(options: BatcherOptions<Run>) {
    this.#options = options
  }

  /** The outcome of a run that has no listener and cannot be cancelled. @throws what sending throws */
  async outcome(run: Run): Promise<Outcome> {
    const { callOf, keyOf, sendCall } = this.#options
    const key = callOf(run).work.argsJson.length <= MAX_ARGS_CHARS ? keyOf(run) : undefined
    return key === undefined
      ? decodeOutcomeInSlices(await sendCall(run))
      : this.#runsLike(shortened(key)).outcome(run)
  }

  #runsLike(key: string): SimilarRuns<Run> {
    const similar = this.#similar.get(key) ?? new SimilarRuns(this.#options)
    this.#similar.delete(key)
    this.#similar.set(key, similar)
    // The function that was called longest ago. Runs of it that are in flight settle all the same.
    for (const oldest of this.#similar.keys()) {
      if (this.#similar.size <= MAX_KNOWN) break
      this.#similar.delete(oldest)
    }
    return similar
  }
}

function shortened(key: string): string {
  return key.length <= MAX_KEY_CHARS ? key : createHash('sha256').update(key).digest('base64url')
}
