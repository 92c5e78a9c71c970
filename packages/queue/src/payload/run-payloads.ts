import {
  argumentsOf,
  callSchema,
  endsWithinMs,
  parse,
  parseJson,
  runMessageSchema,
  startsWithinMs,
  workKindSchema,
  type Call,
  type RunMessage,
  type Work,
  type WorkKind,
} from '@isolated-runtime/protocol'
import { z } from 'zod'
import { jobIdOf } from '../run/run-key.ts'
import { payloadRefSchema, type PayloadRef } from './payload-ref.ts'
import type { PayloadStore } from './payload-store.ts'

/**
 * From here on, values travel beside the job. Redis spends as much on both ways at about 20 KB, and less than half on this
 * one at 100 KB; packing and unpacking costs client and executor 0.1 ms each.
 */
export const INLINE_CHARS = 32 * 1024
/** How long arguments outlive the last moment that their run can start or end. */
const SPARE_MS = 60 * 60_000

/** What of a call may be large. */
const valuesSchema = callSchema.pick({ work: true, contextJson: true })
const stowedRunSchema = runMessageSchema.extend({
  call: callSchema.omit({ contextJson: true }).extend({ work: workKindSchema }),
  payload: payloadRefSchema,
})

/** A run whose arguments lie beside its job. */
type StowedRun = z.infer<typeof stowedRunSchema>
/** A run as it lies on the queue: small ones as they are. */
export type QueuedRun = RunMessage | StowedRun

/** Reads what lies on the queue, as JSON or parsed already. @throws `INVALID_MESSAGE` */
export function parseQueuedRun(text: unknown, what: string): QueuedRun {
  const data: unknown =
    typeof text === 'string' ? parseJson(z.unknown(), text, what, 'INVALID_MESSAGE') : text
  return payloadOf(data) === undefined
    ? parse(runMessageSchema, data, what, 'INVALID_MESSAGE')
    : parse(stowedRunSchema, data, what, 'INVALID_MESSAGE')
}

/** The payload of a message that may be malformed. */
export function payloadOf(data: unknown): PayloadRef | undefined {
  if (typeof data !== 'object' || data === null || !('payload' in data)) return undefined
  return payloadRefSchema.safeParse(data.payload).data
}

/** Puts the arguments of runs beside their jobs where they are large. */
export class RunPayloads {
  readonly #store: PayloadStore

  constructor(store: PayloadStore) {
    this.#store = store
  }

  /** Stores the values of a message, and gives what is to lie on the queue. */
  async stow(message: RunMessage): Promise<QueuedRun> {
    const { work, contextJson, ...call } = message.call
    if (sizeOf(message.call) < INLINE_CHARS) return message
    const keepMs = endsWithinMs(message, startsWithinMs(message)) + SPARE_MS
    const text = JSON.stringify({ work, contextJson })
    const payload = await this.#store.put(jobIdOf(message), text, keepMs)
    return { ...message, call: { ...call, work: kindOf(work) }, payload }
  }

  /**
   * The message as it was submitted; its values stay for as long as the run may go on.
   *
   * @throws `PAYLOAD_LOST`, or `INVALID_MESSAGE`
   */
  async restore(queued: QueuedRun): Promise<RunMessage> {
    if (!('payload' in queued)) return queued
    const { payload, ...rest } = queued
    const what = `arguments of run "${queued.id}"`
    const text = await this.#store.get(payload, what, endsWithinMs(queued, 0) + SPARE_MS)
    const values = parseJson(valuesSchema, text, what, 'INVALID_MESSAGE')
    return { ...rest, call: { ...queued.call, ...values } }
  }

  /** Forgets the values of a run that does not need them any more. */
  async drop(data: unknown): Promise<void> {
    const payload = payloadOf(data)
    if (payload !== undefined) await this.#store.remove(payload)
  }
}

function sizeOf({ work, contextJson = '' }: Pick<Call, 'work' | 'contextJson'>): number {
  return argumentsOf(work).reduce((size, json) => size + json.length, contextJson.length)
}

function kindOf(work: Work): WorkKind {
  return work.kind === 'call' ? { kind: 'call' } : { kind: 'batch', realms: work.realms }
}
