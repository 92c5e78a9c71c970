import { encodedOutcomeSchema, logEntrySchema } from '@isolated-runtime/protocol'
import { z } from 'zod'
import { MAX_PROGRESS_BYTES } from '../realm/permits.ts'

const seq = z.int().min(1)

/** A value that a guest reported, as JSON. No text has fewer bytes than characters. */
const progressJsonSchema = z.string().max(MAX_PROGRESS_BYTES)

/** What a cell says to its executor. Hostile input: a guest may have taken the cell over. */
export const fromCellSchema = z.discriminatedUnion('type', [
  /** It takes runs. */
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('outcome'), seq, outcome: encodedOutcomeSchema }),
  /** What a run says while it goes on, if it was asked for. */
  z.strictObject({
    type: z.literal('live'),
    seq,
    logs: z.array(logEntrySchema),
    progress: z.array(progressJsonSchema),
  }),
  /** A thread does not stop: the cell wants to be replaced once its other runs are over. */
  z.strictObject({ type: z.literal('stuck') }),
])

export type FromCell = z.infer<typeof fromCellSchema>
