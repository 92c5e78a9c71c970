import { logEntrySchema, workResultSchema } from '@isolated-runtime/protocol'
import { z } from 'zod'
import { MAX_PROGRESS_BYTES } from '../realm/permits.ts'

const seq = z.int().min(1)
const amount = z.number().min(0)

/** A value that a guest reported, as JSON. No text has fewer bytes than characters. */
const progressJsonSchema = z.string().max(MAX_PROGRESS_BYTES)

/** What a cell says to its executor. Hostile input: a guest may have taken the cell over. */
export const fromCellSchema = z.discriminatedUnion('type', [
  /** It takes runs. */
  z.strictObject({ type: z.literal('ready') }),
  /** Another thread than the first of all is up, of that place, and has used so much CPU time for that. */
  z.strictObject({ type: z.literal('up'), place: z.int().min(0), cpuMs: amount }),
  z.strictObject({
    type: z.literal('outcome'),
    seq,
    outcome: workResultSchema,
    /**
     * There where the thread of the run is gone, or does not stop. It cannot say what it used, so the executor looks; the
     * figure of the outcome is a guess, for systems where it cannot.
     */
    stopped: z
      .strictObject({
        isGone: z.boolean(),
        /** CPU time of all threads that are gone, but for that of the runs that they were stopped for. */
        accountedMs: amount,
      })
      .optional(),
  }),
  /** What a run says while it goes on, if it was asked for. */
  z.strictObject({
    type: z.literal('live'),
    seq,
    logs: z.array(logEntrySchema),
    progress: z.array(progressJsonSchema),
  }),
  /** What a run has written to its log since the last such frame, should the cell die. */
  z.strictObject({ type: z.literal('saved'), seq, logs: z.array(logEntrySchema).min(1) }),
  /** A thread does not stop: the cell wants to be replaced once its other runs are over. */
  z.strictObject({ type: z.literal('stuck') }),
])

export type FromCell = z.infer<typeof fromCellSchema>

/** What a cell says of the end of a run. */
export type OutcomeFrame = Extract<FromCell, { type: 'outcome' }>
