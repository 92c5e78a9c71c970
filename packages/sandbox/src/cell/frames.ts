import {
  bundleFilesSchema,
  bundleIdSchema,
  encodedOutcomeSchema,
  limitsSchema,
  MAX_CHUNK_ITEMS,
  realmKindSchema,
} from '@isolated-runtime/protocol'
import { z } from 'zod'

const seq = z.int().min(1)

/** What an executor says to a cell. */
export const toCellSchema = z.discriminatedUnion('type', [
  /** Sent once for a bundle, before the first run of it. */
  z.strictObject({
    type: z.literal('bundle'),
    id: bundleIdSchema,
    files: bundleFilesSchema,
    constantsJson: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('forget'), id: bundleIdSchema }),
  z.strictObject({
    type: z.literal('run'),
    /** Names the run between this executor and this cell; never used twice. */
    seq,
    bundle: bundleIdSchema,
    file: z.string(),
    funcName: z.string(),
    argsJson: z.string(),
    items: z.array(z.string()).min(1).max(MAX_CHUNK_ITEMS).readonly().optional(),
    contextJson: z.string().optional(),
    freezeContext: z.boolean().default(false),
    limits: limitsSchema,
    realm: realmKindSchema.default('fresh'),
  }),
  z.strictObject({ type: z.literal('cancel'), seq, reason: z.string() }),
])

export type ToCell = z.infer<typeof toCellSchema>

/** What a cell says to its executor. Hostile input: a guest may have taken the cell over. */
export const fromCellSchema = z.discriminatedUnion('type', [
  /** All threads are up. */
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('outcome'), seq, outcome: encodedOutcomeSchema }),
  /** A thread does not stop: the cell wants to be replaced once its other runs are over. */
  z.strictObject({ type: z.literal('stuck') }),
])

export type FromCell = z.infer<typeof fromCellSchema>

/** The largest frame either side takes. A result of the ceiling's size may double when its text is quoted. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024
