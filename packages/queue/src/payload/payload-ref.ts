import { z } from 'zod'

/** What the highest ceilings of arguments or result and log come to, when every character has to be escaped. */
const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024

/** Where the large part of a job lies: beside the job, under a key of its own. */
export const payloadRefSchema = z.strictObject({
  /** What its key ends with. */
  name: z
    .string()
    .regex(/^[\w.@%-]+\/[\w.@%-]+:[\w-]+$/, 'expected the name of a job, ":" and letters and digits'),
  /** Its size, in UTF-8. */
  bytes: z.int().min(0).max(MAX_PAYLOAD_BYTES),
  /** Its size in Redis, compressed. */
  storedBytes: z.int().min(0).max(MAX_PAYLOAD_BYTES),
  /** Its SHA-256, in base64url. */
  hash: z.string().length(43),
})

export type PayloadRef = z.infer<typeof payloadRefSchema>
