import { decodeOutcome, type Outcome } from '../outcome.ts'
import { RunGroup, type RunSending } from './run-group.ts'

/** Larger arguments gain little by travelling together. */
const MAX_ARGS_CHARS = 4 * 1024

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
    return key === undefined ? decodeOutcome(await alone(run)) : this.#groupOf(key).outcome(run)
  }

  #groupOf(key: string): RunGroup<Run> {
    const known = this.#groups.get(key)
    if (known) return known
    // What is called again and again is seldom at rest; the rest is forgotten.
    const group = new RunGroup(this.#options, () => this.#groups.delete(key))
    this.#groups.set(key, group)
    return group
  }
}
