import { createHash } from 'node:crypto'
import { decodeOutcomeInSlices, type Outcome } from '../outcome.ts'
import { RunGroup, type RunSending } from './run-group.ts'

/** Larger arguments gain little by travelling together. */
const MAX_ARGS_CHARS = 32 * 1024
/** Of how many functions it is known how long they take. */
const MAX_KNOWN = 1_000
/** What more is said of what runs have in common is remembered by its hash: it may be a large context. */
const MAX_KEY_CHARS = 1024

export interface RunBatchesOptions<Run> extends RunSending<Run> {
  /** What runs that may travel together have in common; `undefined` for one that is to travel alone. */
  readonly keyOf: (run: Run) => string | undefined
}

/**
 * Sends runs of one function together when many are under way and each is known to take next to no time. Each has a
 * realm, limits and an outcome of its own, as if it had come alone.
 *
 *     few under way, or not known to be quick ──▶ alone, at once
 *     else ──▶ waits for its departure ─────────▶ together
 */
export class RunBatches<Run> {
  readonly #options: RunBatchesOptions<Run>
  readonly #groups = new Map<string, RunGroup<Run>>()

  constructor(options: RunBatchesOptions<Run>) {
    this.#options = options
  }

  /** The outcome of a run that nobody listens to and that nobody can cancel. @throws what sending throws */
  async outcome(run: Run): Promise<Outcome> {
    const { callOf, keyOf, alone } = this.#options
    const key = callOf(run).argsJson.length <= MAX_ARGS_CHARS ? keyOf(run) : undefined
    return key === undefined
      ? decodeOutcomeInSlices(await alone(run))
      : this.#groupOf(shortened(key)).outcome(run)
  }

  #groupOf(key: string): RunGroup<Run> {
    const group = this.#groups.get(key) ?? new RunGroup(this.#options)
    this.#groups.delete(key)
    this.#groups.set(key, group)
    // The one that was called longest ago. Should runs of it be under way, it settles them all the same.
    for (const oldest of this.#groups.keys()) {
      if (this.#groups.size <= MAX_KNOWN) break
      this.#groups.delete(oldest)
    }
    return group
  }
}

function shortened(key: string): string {
  return key.length <= MAX_KEY_CHARS ? key : createHash('sha256').update(key).digest('base64url')
}
