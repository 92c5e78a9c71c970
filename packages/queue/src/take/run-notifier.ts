import type { Gate } from '../gate/gate.ts'
import { outcomeFields, troubleFields } from '../replies/reply.ts'
import type { ReplySender } from '../replies/reply-sender.ts'
import type { OutcomePayloads } from '../payload/outcome-payloads.ts'
import { payloadOf, type RunPayloads } from '../payload/run-payloads.ts'
import type { BackgroundWrites } from './background-writes.ts'
import type { TakenRun } from './taken-run.ts'

export interface RunNotifierOptions {
  /** The number of the shard. */
  readonly shard: number
  /** How long an outcome beside its job outlives it, in milliseconds. */
  readonly spareMs: number
  readonly gate: Pick<Gate, 'finish'>
  readonly replies: Pick<ReplySender, 'send'>
  readonly outcomes: Pick<OutcomePayloads, 'keep'>
  readonly payloads: Pick<RunPayloads, 'drop'>
  readonly writes: Pick<BackgroundWrites, 'add'>
}

/** Does what is still owed when the job of a run is over, in the background. */
export class RunNotifier {
  readonly #options: RunNotifierOptions

  constructor(options: RunNotifierOptions) {
    this.#options = options
  }

  /** @param trouble why the run was given up; `undefined` for one that has an outcome */
  notify(run: TakenRun, trouble?: Error): void {
    const { gate, outcomes, payloads, spareMs, writes } = this.#options
    const { key, ends, outcome, job } = run
    if (run.owesReply) this.#reply(run, trouble)
    if (run.owesPlace && key !== undefined) {
      const { tenant, id } = key
      const isOver = trouble === undefined
      writes.add(gate.finish({ tenant, runId: id, ends, usage: isOver ? outcome?.usage : undefined }))
    }
    // It was stored before the run was over, and is to end no earlier than its job.
    if (outcome !== undefined && 'payload' in outcome && trouble === undefined)
      writes.add(outcomes.keep(outcome, run.keepMs + spareMs))
    if (payloadOf(job.data) !== undefined) writes.add(payloads.drop(job.data))
  }

  #reply({ replyTo = '', outcome, job }: TakenRun, trouble: Error | undefined): void {
    const { replies, shard, writes } = this.#options
    const fields =
      trouble === undefined
        ? outcomeFields(job.id, JSON.stringify(outcome), shard)
        : troubleFields(job.id, trouble.message, shard)
    writes.add(replies.send(replyTo, fields))
  }
}
