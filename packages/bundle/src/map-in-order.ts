/**
 * Maps items, a few at a time. If several fail, the error is that of the earliest, whichever failed first;
 * nothing is under way any more when the promise settles.
 */
export async function mapInOrder<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const errors: { index: number; error: unknown }[] = []
  const queue = items.entries()
  const work = async (): Promise<void> => {
    // One iterator for all workers: each takes the next item that nobody has taken.
    for (const [index, item] of queue) {
      if (errors.length > 0) return
      try {
        results[index] = await map(item)
      } catch (error) {
        errors.push({ index, error })
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  const [first] = errors.toSorted((a, b) => a.index - b.index)
  if (first !== undefined) throw first.error
  return results
}
