import { decodeOutcome, QuickRuns, settleChunk, type Outcome } from '@isolated-runtime/protocol'
import type { Sandbox, SandboxRun } from '@isolated-runtime/sandbox'

/** Larger arguments gain little by travelling together. */
const MAX_ARGS_CHARS = 4 * 1024

interface Waiting {
  readonly run: SandboxRun
  readonly resolve: (outcome: Outcome | Promise<Outcome>) => void
}

/** Runs that differ in nothing but their arguments. */
interface Group {
  readonly quick: QuickRuns
  underWay: number
  readonly waiting: Waiting[]
}

/**
 * Gives runs of one function to the sandbox together when more are under way than it has threads and each is known to take
 * next to no time: those that would have waited for a thread come to it as one. Each has a realm, limits and an outcome of
 * its own, as if it had come alone.
 */
export class LocalBatches {
  readonly #sandbox: Pick<Sandbox, 'run' | 'slots'>
  readonly #groups = new Map<string, Group>()

  constructor(sandbox: Pick<Sandbox, 'run' | 'slots'>) {
    this.#sandbox = sandbox
  }

  /** The outcome of a run that nobody listens to and that nobody can cancel. @throws what the sandbox throws */
  async outcome(run: SandboxRun): Promise<Outcome> {
    const key = keyOf(run)
    if (key === undefined) return this.#alone(run)
    const group = this.#groupOf(key)
    if (group.underWay < this.#sandbox.slots || !group.quick.areQuick)
      return this.#during(key, group, async () => heeded(await this.#alone(run), group.quick))
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    group.waiting.push({ run, resolve })
    return promise
  }

  async #alone(run: SandboxRun): Promise<Outcome> {
    return decodeOutcome(await this.#sandbox.run(run))
  }

  /**
   * Each thread gets its part of those that wait. Those of a function that has become slow go alone and at once: runs that
   * come later do so too, and would leave no thread to those that wait here.
   */
  #sendWaiting(key: string, group: Group): void {
    const { slots } = this.#sandbox
    const { areQuick, perBatch } = group.quick
    const atOnce = areQuick ? slots : Infinity
    while (group.underWay < atOnce && group.waiting.length > 0) {
      const part = areQuick ? Math.min(Math.ceil(group.waiting.length / slots), perBatch) : 1
      const sent = group.waiting.splice(0, part)
      const outcomes = this.#during(key, group, () => this.#together(sent.map(({ run }) => run)))
      for (const [index, { resolve }] of sent.entries())
        resolve(outcomes.then((all) => heeded(all[index] as Outcome, group.quick)))
    }
  }

  /** Their outcomes, in order. */
  async #together(runs: readonly SandboxRun[]): Promise<Outcome[]> {
    const [first] = runs as readonly [SandboxRun]
    if (runs.length === 1) return [await this.#alone(first)]
    const items = runs.map(
      ({ argsJson: json }) => ({ kind: 'item', json, bytes: Buffer.byteLength(json) }) as const,
    )
    return settleChunk(items, Buffer.byteLength(first.contextJson ?? ''), (argsJsons) =>
      this.#sandbox.run({ ...first, argsJson: '[]', items: argsJsons, ownRealms: true }),
    )
  }

  async #during<T>(key: string, group: Group, act: () => Promise<T>): Promise<T> {
    group.underWay++
    try {
      return await act()
    } finally {
      group.underWay--
      this.#sendWaiting(key, group)
      // What is called again and again is seldom at rest; the rest is forgotten.
      if (group.underWay === 0) this.#groups.delete(key)
    }
  }

  #groupOf(key: string): Group {
    const known = this.#groups.get(key)
    if (known) return known
    const group: Group = { quick: new QuickRuns(), underWay: 0, waiting: [] }
    this.#groups.set(key, group)
    return group
  }
}

function heeded(outcome: Outcome, quick: QuickRuns): Outcome {
  quick.heed(outcome)
  return outcome
}

/** What runs that may travel together have in common; `undefined` for one that is to travel alone. */
function keyOf({ argsJson, bundle, ...common }: SandboxRun): string | undefined {
  const isPlain = common.items === undefined && common.progress !== true
  if (!isPlain || argsJson.length > MAX_ARGS_CHARS) return undefined
  return `${bundle.id} ${JSON.stringify(common)}`
}
