import { keepOutcomeMsSchema } from '@isolated-runtime/protocol'
import { z } from 'zod'
import type { TakenJob } from '../bullmq/taken-job.ts'
import type { RunEnds } from '../gate/gate.ts'
import type { StoredOutcome } from '../payload/run-result.ts'
import { runKeyOf, type RunKey } from '../run/run-key.ts'

/** What can be read of a message that may be malformed. */
const readableSchema = z
  .object({
    keepOutcomeMs: keepOutcomeMsSchema.optional().catch(undefined),
    replyTo: z.string().min(1).optional().catch(undefined),
  })
  .catch({})

/**
 * A run that an executor has taken, from then until all who wait for it are told: whose it is, what came of it, and what is
 * still owed. Its message may be malformed: then what can be read of it holds.
 *
 *     taken ──▶ settled ──▶ completed ──▶ notified
 */
export class TakenRun {
  readonly job: TakenJob
  /** Whose run; `undefined` for a job that is none of ours. */
  readonly key: RunKey | undefined
  /** The client that waits for it, if one does, or a schedule. */
  readonly replyTo: string | undefined
  /** How long its outcome is kept, in milliseconds. */
  readonly keepMs: number
  /** What came of it, as its job holds it; `undefined` when that is platform trouble, or not known yet. */
  outcome: StoredOutcome | undefined
  /** How its calls ended, for the accounts of its tenant. */
  ends: RunEnds = 'trouble'
  /** Whether its client is to be told yet. */
  owesReply: boolean
  /** Whether its place at the gate is to be freed yet. */
  owesPlace = true

  /** @param keepOutcomeMs for how long outcomes are kept whose runs ask for nothing else */
  constructor(job: TakenJob, keepOutcomeMs: number) {
    this.job = job
    this.key = runKeyOf(job.id)
    const { keepOutcomeMs: keepMs = keepOutcomeMs, replyTo } = readableSchema.parse(job.data)
    this.replyTo = replyTo
    this.keepMs = keepMs
    this.owesReply = replyTo !== undefined
  }

  /** It came to an outcome. */
  settle(outcome: StoredOutcome, ends: RunEnds): void {
    this.outcome = outcome
    this.ends = ends
  }

  /** Its job was completed and its place freed in one step, in which its client was told as well or not. */
  completed({ isReplied }: { readonly isReplied: boolean }): void {
    this.owesPlace = false
    if (isReplied) this.owesReply = false
  }
}
