import { z } from 'zod'
import { ANY_OBJECT, codeFields, oneOf, withFile } from './code-fields.ts'
import { expecting, kindOf } from './describe-issue.ts'
import { retryFields } from './retries.ts'
import { sharedCallFields } from './run-request.ts'
import { MAX_BATCH_ITEMS } from './batch-limits.ts'

/** Why something that is no array is no item of a map. */
export function problemOfItem(item: unknown): string {
  return `it is ${kindOf(item)}, expected the argument list of one call, such as [order, 2026]`
}

/** The arguments of one call. */
export type ArgumentList = readonly unknown[]

const itemsSchema = z
  .custom<readonly ArgumentList[]>(Array.isArray, { error: expecting('an array of argument lists') })
  .superRefine((items, context) => {
    // One is enough: who forgot the brackets forgot them ten thousand times.
    const index = Array.isArray(items) ? items.findIndex((item) => !Array.isArray(item)) : -1
    if (index < 0) return
    context.addIssue({ code: 'custom', path: [index], message: problemOfItem(items[index]) })
  })

const streamSchema = z.custom<Iterable<ArgumentList> | AsyncIterable<ArgumentList>>(
  (items) =>
    typeof items === 'object' &&
    items !== null &&
    (Symbol.asyncIterator in items || Symbol.iterator in items),
  { error: expecting('something to iterate over') },
)

const shared = {
  /** How many items a batch has, 1,000 at most; fewer where they are large. @default 100 */
  chunk: z.int().min(1).max(MAX_BATCH_ITEMS).default(100),
  /** How many batches are in flight at once. @default 4 */
  concurrency: z.int().min(1).max(256).default(4),
}

/** The fields of a map besides those of a run. */
export const mapFields = {
  /** The argument list of each call. */
  items: itemsSchema,
  ...shared,
}

/** The fields of a map whose items are read as there is room for them. */
export const mapStreamFields = {
  /** The argument list of each call. */
  items: streamSchema,
  ...shared,
}

export const localMapRequestSchema = z
  .strictObject({ ...sharedCallFields, ...codeFields, ...retryFields, ...mapFields })
  .superRefine(oneOf('folder', 'source'), ANY_OBJECT)
  .transform(withFile)

export const localMapStreamRequestSchema = z
  .strictObject({ ...sharedCallFields, ...codeFields, ...retryFields, ...mapStreamFields })
  .superRefine(oneOf('folder', 'source'), ANY_OBJECT)
  .transform(withFile)

/** Calls of one function with many argument lists, as callers of the library write them. */
export type LocalMapRequest = z.input<typeof localMapRequestSchema>

/** The same, with the argument lists of an iterator. */
export type LocalMapStreamRequest = z.input<typeof localMapStreamRequestSchema>
