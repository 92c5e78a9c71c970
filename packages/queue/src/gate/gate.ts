import { startsWithinMs, type EncodedOutcome } from '@isolated-runtime/protocol'
import type { RedisClient } from '../redis/redis-client.ts'
import { redisRefusal } from '../redis/redis-refusal.ts'
import { jobIdOf, type RunKey } from '../run/run-key.ts'
import { payloadOf, type QueuedRun } from '../payload/run-payloads.ts'
import {
  enqueueScript,
  finishScript,
  hasExecutorsScript,
  putOffScript,
  REDIS_TIME,
  removeScript,
  tickScript,
} from '../scripts/gate-scripts.ts'
import { heedEnqueueReply } from './enqueue-reply.ts'
import { parseQuarantined, type Quarantined } from './quarantine.ts'
import { calmKeys, gateKey, queueKeyOf } from '../redis/keys.ts'
import { escapeName } from '../redis/names.ts'

/** An executor that was not heard of for so long counts as dead, in milliseconds. */
export const EXECUTOR_DEAD_AFTER_MS = 5_000

export interface GateOptions {
  readonly keyPrefix: string
  readonly queueName: string
  /** Milliseconds since the epoch. @default the time of Redis */
  readonly now?: () => number | typeof REDIS_TIME
  /** The name under which the executor that has the gate is given runs. @default none */
  readonly home?: string
}

export interface EnqueueOptions {
  /** Orders the runs of one tenant among themselves, higher first; -1,000 to 1,000. */
  readonly priority: number
  /** How long it is held back, in milliseconds. */
  readonly delayMs: number
  /** What the run is, when the caller chose its id, else '': a run of another fingerprint is refused under the same id. */
  readonly fingerprint: string
  /** How many calls the run carries: it takes that many turns and tokens. @default 1 */
  readonly calls?: number
}

type CallEnd = EncodedOutcome['status'] | 'trouble'

/** How the calls of a run ended: all in one way, or how many in each. */
export type RunEnds = CallEnd | Readonly<Partial<Record<CallEnd, number>>>

/** How a run ended, for the accounts of its tenant. */
export interface FinishedRun {
  readonly tenant: string
  readonly runId: string
  readonly ends: RunEnds
  readonly usage?: EncodedOutcome['usage'] | undefined
}

export interface Heartbeat {
  readonly executor: string
  readonly slots: number
  /** How many of these no run is in, -1 if that is not known now. @default it takes nothing that is given to it by name */
  readonly open?: number
  /** How long after its last heartbeat an executor counts as dead, in milliseconds. */
  readonly deadAfterMs: number
  /** How often a run under way is looked at, should its executor have died just after it, in milliseconds. */
  readonly lookEveryMs: number
  /** Of Redis' `maxmemory`, above which the fleet takes no more runs; from 0 to 1. */
  readonly maxMemoryShare: number
  /** For how long executors may leave the next run untaken before the fleet takes no more, in milliseconds; 0 for ever. */
  readonly maxQueueAgeMs: number
  /** How long an outcome is kept whose run asks for nothing else, in milliseconds. */
  readonly keepOutcomeMs: number
  /** How many outcomes are kept at most, whatever their age. */
  readonly maxKeptOutcomes: number
}

export interface Tick {
  /** In how many milliseconds there is more to do, by the clock of Redis. */
  readonly nextInMs: number | undefined
  /** Another number means that the rules of tenants have changed. */
  readonly rulesVersion: number
  /** Whether there is nothing to do until something comes. */
  readonly isCalm: boolean
  /** When it was, in milliseconds since the epoch. */
  readonly redisTime: number
  /** Names of the payloads of outcomes that have ended before their time. */
  readonly unneededPayloads: readonly string[]
  /** The latest of what was set aside within a day, because it could not be read; the newest first. */
  readonly quarantined: readonly Quarantined[]
  /** The jobs whose executors have died, which are given out again. */
  readonly lostJobs: readonly string[]
}

/**
 * What stands before the BullMQ queue: runs wait in a line for each tenant, and are given to BullMQ in fair order, a few
 * more than executors can run. Each step is one script, so that a crash comes before it or after it.
 *
 *     enqueue ──▶ due ──▶ line of the tenant ──dispatch──▶ BullMQ ──▶ finish
 *         ╰────────────────── nobody waits ──────────────────▲
 */
export class Gate {
  readonly #redis: RedisClient
  readonly #queueKey: string
  readonly #now: () => number | typeof REDIS_TIME
  readonly #home: string

  constructor(redis: RedisClient, { keyPrefix, queueName, now = () => REDIS_TIME, home = '' }: GateOptions) {
    this.#redis = redis
    this.#queueKey = queueKeyOf(keyPrefix, queueName)
    this.#now = now
    this.#home = home
  }

  /**
   * Takes in a run; `joined` if it is there already.
   *
   * @throws `RUN_ID_TAKEN`, `TENANT_QUEUE_FULL` or `FLEET_OVERLOADED`
   */
  async enqueue(message: QueuedRun, options: EnqueueOptions): Promise<'queued' | 'joined'> {
    const { tenant, id } = message
    const job = jobIdOf(message)
    const { priority, delayMs, fingerprint, calls = 1 } = options
    const args = {
      time: this.#now(),
      tenant: escapeName(tenant),
      job,
      priority,
      delayMs,
      expiresInMs: startsWithinMs(message),
      data: JSON.stringify(message),
      options: JSON.stringify({ jobId: job, attempts: 0 }),
      fingerprint,
      bytesBeside: payloadOf(message)?.storedBytes ?? 0,
      calls,
    }
    try {
      return heedEnqueueReply(await enqueueScript(this.#redis, this.#queueKey, args), { tenant, id })
    } catch (error) {
      throw redisRefusal(error) ?? error
    }
  }

  /** A run is over: its place is free. */
  async finish({ tenant, runId, ends, usage }: FinishedRun): Promise<void> {
    const { cpuMs = 0, wallMs = 0, bytesIn = 0, bytesOut = 0, startCpuMs = 0, ruinedCpuMs = 0 } = usage ?? {}
    await finishScript(this.#redis, this.#queueKey, {
      time: this.#now(),
      tenant: escapeName(tenant),
      job: jobIdOf({ tenant, id: runId }),
      ends: endsText(ends),
      cpuMs,
      wallMs,
      bytesIn,
      bytesOut,
      startMs: startCpuMs,
      ruinedMs: ruinedCpuMs,
      home: this.#home,
    })
  }

  /**
   * Takes a run from its executor, which holds it by a lock, to be given out again after a pause.
   *
   * @returns `false` when the executor has lost the run
   */
  async putOff(jobId: string, token: string, pauseMs: number): Promise<boolean> {
    const args = { time: this.#now(), job: jobId, token, pauseMs, home: this.#home }
    return (await putOffScript(this.#redis, this.#queueKey, args)) === 1
  }

  /** Takes out a run that no executor has taken; `over` and `missing` say what became of it, `taken` that it goes on. */
  async remove(key: RunKey, status: EncodedOutcome['status']): Promise<Removal> {
    return removeScript(this.#redis, this.#queueKey, { time: this.#now(), job: jobIdOf(key), status })
  }

  /** Tells that an executor is alive, and does what is due. */
  async tick(heartbeat: Heartbeat): Promise<Tick> {
    const { executor, slots, deadAfterMs, lookEveryMs, maxMemoryShare, maxQueueAgeMs } = heartbeat
    const { keepOutcomeMs, maxKeptOutcomes, open = '' } = heartbeat
    const told = await tickScript(this.#redis, this.#queueKey, {
      time: this.#now(),
      executor,
      executorSlots: slots,
      open,
      deadAfterMs,
      lookEveryMs,
      memoryShare: maxMemoryShare,
      maxAgeMs: maxQueueAgeMs,
      keepOutcomeMs,
      maxKept: maxKeptOutcomes,
    })
    const [nextInMs, rulesVersion, calm, redisTime, unneededPayloads, notes, lostJobs] = told
    const isCalm = calm === 1
    return {
      nextInMs: nextInMs < 0 ? undefined : nextInMs,
      rulesVersion,
      isCalm,
      redisTime,
      unneededPayloads,
      quarantined: notes.flatMap(parseQuarantined),
      lostJobs,
    }
  }

  /** Whether an executor is alive that takes runs. */
  async hasExecutors(): Promise<boolean> {
    const args = { time: this.#now(), deadAfterMs: EXECUTOR_DEAD_AFTER_MS }
    return (await hasExecutorsScript(this.#redis, this.#queueKey, args)) === 1
  }

  /** Whether there is still nothing to do after a tick that found nothing; asks with one command. */
  async isCalm(): Promise<boolean> {
    return (await this.#redis.exists(...calmKeys(this.#queueKey))) === 0
  }

  /**
   * Tells that an executor is alive, and no more than that.
   *
   * @param redisTime what time it is at Redis, in milliseconds since the epoch
   * @returns `false` when it was taken for dead: then it has to tick
   */
  async touch(executor: string, redisTime: number): Promise<boolean> {
    const key = gateKey(this.#queueKey, 'executors')
    return (await this.#redis.zadd(key, 'XX', 'CH', redisTime, executor)) === 1
  }
}

export type Removal = Awaited<ReturnType<typeof removeScript>>

/** How the calls of a run ended, as scripts read it. */
export function endsText(ends: RunEnds): string {
  if (typeof ends === 'string') return ends
  return Object.entries(ends)
    .map(([end, calls]) => `${end}:${calls}`)
    .join(',')
}
