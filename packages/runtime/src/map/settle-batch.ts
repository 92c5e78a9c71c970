import {
  IsolatedRuntimeError,
  type BatchResult,
  type Outcome,
  type Unsuccessful,
} from '@isolated-runtime/protocol'
import type { EncodedItem } from './encoded-item.ts'
import { itemOutcomes } from './item-outcomes.ts'

/** Runs items as one batch. */
export type RunBatch = (items: readonly string[]) => Promise<BatchResult | Unsuccessful>

/** How many items are under way at once when each is run alone, to see which of them it was. */
const ALONE_AT_ONCE = 4

/**
 * Runs the items of a batch until it is known of each what became of it. What a batch did not come to is run again as a
 * batch, and every time at least one item settles. If it ended without telling which item it was, each is run alone, so
 * no item is run more often than that, whatever its neighbours do.
 *
 * @param contextBytes what the context adds to the size of each item
 */
export async function settleBatch(
  batch: readonly EncodedItem[],
  contextBytes: number,
  run: RunBatch,
): Promise<Outcome[]> {
  const outcomes = batch.map((item) => (item.kind === 'settled' ? item.outcome : undefined))

  /** Runs the items at `places` as a batch, and gives the places of those that are still to be run. */
  async function runBatch(places: readonly number[]): Promise<number[]> {
    const items = places.map((place) => batch[place] as Extract<EncodedItem, { kind: 'item' }>)
    const result = await run(items.map(({ json }) => json))
    const settled = await itemOutcomes(
      result,
      items.map(({ bytes }) => bytes + contextBytes),
    )
    for (const [index, place] of places.entries()) outcomes[place] = settled[index]
    return places.filter((place) => outcomes[place] === undefined)
  }

  async function runAlone(queue: IterableIterator<number>): Promise<void> {
    // One iterator for all: each takes the next that nobody has taken.
    for (const place of queue) if ((await runBatch([place])).length > 0) throw noReport()
  }

  let rest = [...batch.keys()].filter((place) => outcomes[place] === undefined)
  while (rest.length > 0) {
    const left = await runBatch(rest)
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
  return new IsolatedRuntimeError('INVALID_MESSAGE', 'A batch of one item settled without a report of it')
}
