/** `queryObjects` of `node:v8`. */
type QueryObjects = (constructor: new () => object, options: { readonly format: 'count' }) => number

/** There is no object of it. */
class Nothing {
  readonly isThere = false
}

/**
 * Collects all garbage of the heap of this thread, and gives the pages that it leaves back to the system: a thread that has
 * served a thousand runs holds 80 MB, of which it needs some 10. Takes some 20 to 70 ms.
 *
 * V8 collects thoroughly before it counts objects. Its function `gc` would have to be switched on by a flag, and the
 * flags of a cell are frozen.
 */
export function collectGarbage(queryObjects: QueryObjects): void {
  queryObjects(Nothing, { format: 'count' })
}
