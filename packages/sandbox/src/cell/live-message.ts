import { logEntrySchema } from '@isolated-runtime/protocol'
import { z } from 'zod'
import { MAX_PROGRESS_BYTES } from '../realm/permits.ts'

/** A value that a guest reported, as JSON. No text has fewer bytes than characters. */
export const progressJsonSchema = z.string().max(MAX_PROGRESS_BYTES)

/** What a thread says of its run while that goes on. */
export const liveMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('log'), entry: logEntrySchema }),
  z.strictObject({ type: z.literal('progress'), json: progressJsonSchema }),
])

export type LiveMessage = z.infer<typeof liveMessageSchema>
