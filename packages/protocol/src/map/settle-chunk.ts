import { IsolatedRuntimeError } from '../isolated-runtime-error.ts'
import type { EncodedOutcome, Outcome } from '../outcome.ts'
import type { EncodedItem } from './encoded-item.ts'
import { itemOutcomes } from './item-outcomes.ts'

/** Runs some items as one run. */
export type RunItems = (items: readonly string[]) => Promise<EncodedOutcome>

/** How many items are under way at once when each is run alone, to see which of them it was. */
const ALONE_AT_ONCE = 4

/**
 * Runs the items of a chunk until it is known of each what became of it. What a chunk did not come to is run again as a
 * chunk, and every time at least one item settles. If it ended without telling which item it was, each is run alone, so
 * no item is run more often than that, whatever its neighbours do.
 *
 * @param contextBytes what the context adds to the size of each item
 */
export async function settleChunk(
  chunk: readonly EncodedItem[],
  contextBytes: number,
  run: RunItems,
): Promise<Outcome[]> {
  const outcomes = chunk.map((item) => (item.kind === 'settled' ? item.outcome : undefined))

  /** Runs those of `places`, and gives those that are still to be run. */
  async function runTogether(places: readonly number[]): Promise<number[]> {
    const items = places.map((place) => chunk[place] as Extract<EncodedItem, { kind: 'item' }>)
    const encoded = await run(items.map(({ json }) => json))
    const settled = await itemOutcomes(
      encoded,
      items.map(({ bytes }) => bytes + contextBytes),
    )
    return places.filter((place, index) => (outcomes[place] = settled[index]) === undefined)
  }

  async function runAlone(queue: IterableIterator<number>): Promise<void> {
    // One iterator for all: each takes the next that nobody has taken.
    for (const place of queue) if ((await runTogether([place])).length > 0) throw noReport()
  }

  let rest = [...chunk.keys()].filter((place) => outcomes[place] === undefined)
  while (rest.length > 0) {
    const left = await runTogether(rest)
    if (left.length === rest.length) {
      if (left.length === 1) throw noReport()
      const queue = left.values()
      await Promise.all(Array.from({ length: ALONE_AT_ONCE }, () => runAlone(queue)))
      break
    }
    rest = left
  }
  return outcomes as Outcome[]
}

function noReport(): IsolatedRuntimeError {
  return new IsolatedRuntimeError('INVALID_MESSAGE', 'A chunk of one item succeeded without a report of it')
}
