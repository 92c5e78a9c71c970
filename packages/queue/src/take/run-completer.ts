import type { RedisConnection } from '../redis/redis-connection.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { endsText } from '../gate/gate.ts'
import { completeScript, REDIS_TIME } from '../scripts/gate-scripts.ts'
import { OTHER, type NextJob } from '../scripts/next-job.ts'
import { outcomeFields } from '../replies/reply.ts'
import type { CompleteOptions } from '../bullmq/lean-backend.ts'
import type { TakenRun } from './taken-run.ts'
import { scheduleOfReply } from '../run/schedule-key.ts'
import { MAX_INBOX_ENTRIES } from '../replies/reply-sender.ts'
import { inboxKey } from '../redis/keys.ts'

export interface RunCompleterOptions {
  readonly connection: Pick<RedisConnection, 'isCluster'>
  readonly redis: RedisClient
  readonly keyPrefix: string
  /** What the keys of the queue start with. */
  readonly queueKey: string
  /** The number of the shard. */
  readonly shard: number
  readonly executor: string
  /** The name under which it is given runs. */
  readonly pulseName: string
  /** How long the next job is this executor's unless it says more, in milliseconds. */
  readonly leaseMs: number
}

/**
 * Completes the jobs of runs, tells their clients, frees their places and takes others, all in one step: the outcome is stored
 * before anybody hears of it, and whoever lost the run to another executor says nothing.
 */
export class RunCompleter {
  readonly #options: RunCompleterOptions

  constructor(options: RunCompleterOptions) {
    this.#options = options
  }

  /** The next job, if one is wanted; `other` when nothing was done, because BullMQ has to. */
  async complete(run: TakenRun, { token, takesNext }: CompleteOptions): Promise<typeof OTHER | [NextJob?]> {
    const { outcome, keepMs, ends } = run
    if (outcome === undefined) return OTHER
    const { redis, queueKey, shard, executor, pulseName, leaseMs } = this.#options
    const { cpuMs, wallMs, bytesIn, bytesOut, startCpuMs, ruinedCpuMs } = outcome.usage
    const json = JSON.stringify(outcome)
    const inbox = this.#inboxOf(run)
    const args = {
      time: REDIS_TIME,
      job: run.job.id,
      token,
      outcome: json,
      keepMs,
      ends: endsText(ends),
      cpuMs,
      wallMs,
      bytesIn,
      bytesOut,
      startMs: startCpuMs,
      ruinedMs: ruinedCpuMs,
      leaseMs: takesNext ? leaseMs : '',
      executor,
      home: pulseName,
      inbox: inbox ?? '',
      maxInbox: MAX_INBOX_ENTRIES,
    }
    const reply = inbox === undefined ? [] : outcomeFields(run.job.id, json, shard)
    const answer = await completeScript(redis, queueKey, args, reply)
    if (answer !== OTHER) run.completed({ isReplied: inbox !== undefined })
    return answer
  }

  /** The inbox of a client, where it can be written to in the same step: in a cluster it lies elsewhere. */
  #inboxOf({ replyTo }: TakenRun): string | undefined {
    const { connection, keyPrefix } = this.#options
    if (replyTo === undefined || connection.isCluster || scheduleOfReply(replyTo) !== undefined)
      return undefined
    return inboxKey(keyPrefix, replyTo)
  }
}
