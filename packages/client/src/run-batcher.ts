import { randomUUID } from 'node:crypto'
import { decodeOutcome, QuickRuns, settleChunk, type Outcome } from '@isolated-runtime/protocol'
import type { ReadyRun, RunSender } from './run-sender.ts'

/** So many runs of a function are under way, each by itself, before further ones travel together. */
const ALONE = 4
/** How long a run waits for others to travel with, in milliseconds. */
const LINGER_MS = 2
/** Larger arguments gain little by travelling together. */
const MAX_ARGS_CHARS = 4 * 1024

interface Waiting {
  readonly ready: ReadyRun
  readonly resolve: (outcome: Outcome | Promise<Outcome>) => void
}

/** Runs that differ in nothing but their arguments. */
interface Group {
  readonly quick: QuickRuns
  underWay: number
  waiting: Waiting[]
  timer: NodeJS.Timeout | undefined
}

/**
 * Sends runs of one function together when many are under way and each is known to take next to no time: one job for up
 * to sixteen of them. Each has a realm, limits and an outcome of its own, as if it had come alone.
 *
 *     few under way, or not known to be quick ──────────────────▶ alone, at once
 *     else ──▶ waits for others, two milliseconds at most ──────▶ together
 */
export class RunBatcher {
  readonly #sender: Pick<RunSender, 'send'>
  readonly #groups = new Map<string, Group>()

  constructor(sender: Pick<RunSender, 'send'>) {
    this.#sender = sender
  }

  /** The outcome of a run whose id nobody knows and that nobody can cancel. @throws what sending throws */
  async outcome(ready: ReadyRun): Promise<Outcome> {
    const key = keyOf(ready)
    if (key === undefined) return this.#alone(ready)
    const group = this.#groupOf(key)
    if (group.underWay < ALONE || !group.quick.areQuick) {
      return this.#during(key, group, async () => {
        const outcome = await this.#alone(ready)
        group.quick.heed(outcome)
        return outcome
      })
    }
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    group.waiting.push({ ready, resolve })
    if (group.waiting.length >= group.quick.perBatch) this.#sendWaiting(key, group)
    else group.timer ??= setTimeout(() => this.#sendWaiting(key, group), LINGER_MS)
    return promise
  }

  async #alone(ready: ReadyRun): Promise<Outcome> {
    const { outcome } = await this.#sender.send(ready, undefined)
    return decodeOutcome(await outcome)
  }

  #sendWaiting(key: string, group: Group): void {
    clearTimeout(group.timer)
    group.timer = undefined
    const { waiting } = group
    group.waiting = []
    const outcomes = this.#during(key, group, () => this.#together(waiting.map(({ ready }) => ready)))
    for (const [index, { resolve }] of waiting.entries())
      resolve(outcomes.then((all) => heeded(all[index] as Outcome, group.quick)))
  }

  /** Their outcomes, in order. */
  async #together(runs: readonly ReadyRun[]): Promise<Outcome[]> {
    const [{ run }] = runs as readonly [ReadyRun]
    // One that names its bundle has no code to send after it; another of the same bundle may have.
    const packed = runs.find((ready) => ready.packed !== undefined)?.packed
    const items = runs.map(
      ({ run: { argsJson: json } }) => ({ kind: 'item', json, bytes: Buffer.byteLength(json) }) as const,
    )
    return settleChunk(items, Buffer.byteLength(run.contextJson ?? ''), async (argsJsons) => {
      const chunk = { ...run, argsJson: '[]', items: argsJsons, ownRealms: true, id: randomUUID() }
      const { outcome } = await this.#sender.send({ run: chunk, packed }, undefined)
      return outcome
    })
  }

  async #during<T>(key: string, group: Group, act: () => Promise<T>): Promise<T> {
    group.underWay++
    try {
      return await act()
    } finally {
      group.underWay--
      // What is called again and again is seldom at rest; the rest is forgotten.
      if (group.underWay === 0 && group.waiting.length === 0) this.#groups.delete(key)
    }
  }

  #groupOf(key: string): Group {
    const known = this.#groups.get(key)
    if (known) return known
    const group: Group = { quick: new QuickRuns(), underWay: 0, waiting: [], timer: undefined }
    this.#groups.set(key, group)
    return group
  }
}

function heeded(outcome: Outcome, quick: QuickRuns): Outcome {
  quick.heed(outcome)
  return outcome
}

/** What runs that may travel together have in common; `undefined` for one that is to travel alone. */
function keyOf({ run }: ReadyRun): string | undefined {
  const { id: _, argsJson, ...common } = run
  const isPlain =
    !run.isNamed &&
    run.items === undefined &&
    run.retries === undefined &&
    run.keepOutcomeMs === undefined &&
    !run.delayMs &&
    !run.live &&
    !run.progress
  return isPlain && argsJson.length <= MAX_ARGS_CHARS ? JSON.stringify(common) : undefined
}
