import { parseJson } from '@isolated-runtime/protocol'
import { z } from 'zod'

const schema = z.strictObject({ jobId: z.string().min(1), reason: z.string() })

/** What executors are told of a run that is to be cancelled. */
export type CancelMessage = z.infer<typeof schema>

export function encodeCancelMessage(message: CancelMessage): string {
  return JSON.stringify(message)
}

/** @throws `INVALID_MESSAGE` */
export function parseCancelMessage(text: string): CancelMessage {
  return parseJson(schema, text, 'cancel message', 'INVALID_MESSAGE')
}
