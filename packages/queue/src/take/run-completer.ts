import type { RedisConnection } from '../redis/redis-connection.ts'
import type { RedisClient } from '../redis/redis-client.ts'
import { endsText, REDIS_TIME, type RunEnds } from '../gate/gate.ts'
import { completeScript } from '../scripts/gate-scripts.ts'
import { OTHER, type NextJob } from '../scripts/next-job.ts'
import { outcomeFields } from '../inbox/reply.ts'
import type { StoredOutcome } from '../payload/outcome-payloads.ts'
import { scheduleOfReply } from '../schedule/schedule-key.ts'
import { MAX_INBOX_ENTRIES } from './reply-sender.ts'
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
  /** How long the next job is this executor's unless it says more, in milliseconds. */
  readonly leaseMs: number
}

/** A run that is over. */
export interface EndedRun {
  readonly jobId: string
  readonly outcome: StoredOutcome
  readonly ends: RunEnds
  /** How long its outcome is kept, in milliseconds. */
  readonly keepMs: number
  /** The client that asked, if one did, or a schedule. */
  readonly replyTo: string | undefined
}

export interface CompleteOptions {
  /** Of the lock of the job. */
  readonly token: string
  /** Whether another job is wanted. */
  readonly takesNext: boolean
}

/** What of a run is still to be said when its job is completed. */
export interface LeftToSay {
  /** To its client. */
  readonly reply: boolean
  /** To the gate. */
  readonly finish: boolean
}

interface Ended {
  readonly run: EndedRun
  leftToSay: LeftToSay
}

/**
 * Completes the jobs of runs, tells their clients, frees their places and takes others, all in one step: the outcome is stored
 * before anybody hears of it, and whoever lost the run to another executor says nothing.
 */
export class RunCompleter {
  readonly #options: RunCompleterOptions
  readonly #ended = new WeakMap<object, Ended>()

  constructor(options: RunCompleterOptions) {
    this.#options = options
  }

  /** Remembers what became of a run, until its job is completed. */
  ended(job: object, run: EndedRun): void {
    this.#ended.set(job, { run, leftToSay: { reply: true, finish: true } })
  }

  /** How the calls of a run ended; `undefined` for one of which nothing is known. */
  endsOf(job: object): RunEnds | undefined {
    return this.#ended.get(job)?.run.ends
  }

  /** What of a run is still to be said once its job is completed, by whomever. */
  leftToSay(job: object): LeftToSay {
    return this.#ended.get(job)?.leftToSay ?? { reply: true, finish: true }
  }

  /** The next job, if one is wanted; `other` when nothing was done, because BullMQ has to. */
  async complete(job: object, options: CompleteOptions): Promise<typeof OTHER | [NextJob?]> {
    const ended = this.#ended.get(job)
    if (ended === undefined) return OTHER
    const inbox = this.#inboxOf(ended.run)
    const answer = await this.#complete(ended.run, options, inbox)
    if (answer !== OTHER) ended.leftToSay = { reply: inbox === undefined, finish: false }
    return answer
  }

  /** The inbox of a client, where it can be written to in the same step: in a cluster it lies elsewhere. */
  #inboxOf({ replyTo }: EndedRun): string | undefined {
    const { connection, keyPrefix } = this.#options
    if (replyTo === undefined || connection.isCluster || scheduleOfReply(replyTo) !== undefined)
      return undefined
    return inboxKey(keyPrefix, replyTo)
  }

  async #complete(
    { jobId, outcome, ends, keepMs }: EndedRun,
    { token, takesNext }: CompleteOptions,
    inbox: string | undefined,
  ): ReturnType<typeof completeScript> {
    const { redis, queueKey, shard, executor, leaseMs } = this.#options
    const { cpuMs, wallMs, bytesIn, bytesOut, startCpuMs, ruinedCpuMs } = outcome.usage
    const json = JSON.stringify(outcome)
    const args = {
      time: REDIS_TIME,
      job: jobId,
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
      inbox: inbox ?? '',
      maxInbox: MAX_INBOX_ENTRIES,
    }
    return completeScript(redis, queueKey, args, inbox === undefined ? [] : outcomeFields(jobId, json, shard))
  }
}
