import {
  createRedisBackend,
  raw2NextJobData,
  type BackendFactory,
  type MinimalJob,
  type RedisQueueBackend,
} from 'bullmq'
import { OTHER, type NextJob } from '../scripts/next-job.ts'

/** The member of the set that BullMQ's workers wait for which tells that something is due at a time. */
const DUE_MARK = '1'

export interface CompleteOptions {
  /** Of the lock of the job. */
  readonly token: string
  /** Whether another job is wanted. */
  readonly takesNext: boolean
}

/** The steps that every run goes through. */
export interface LeanSteps {
  /** Whose name BullMQ writes into jobs that it takes itself. */
  readonly executor: string
  /** The key of the set with a mark whenever a run is given to this executor. */
  readonly ownMarkKey: string
  /** Takes the next job under a lock. */
  readonly take: (token: string) => Promise<NextJob>
  /** The time of Redis, in milliseconds since the epoch. */
  readonly time: () => Promise<number>
  /** Completes a job, and takes the next if one is wanted; `other` when nothing was done, because BullMQ has to. */
  readonly complete: (job: object, options: CompleteOptions) => Promise<typeof OTHER | [NextJob?]>
  /** Something is due before long, and nobody else was told. */
  readonly onDue: () => void
}

/** What BullMQ parses as soon as it is read, besides the message. */
const PARSED_AT_ONCE = new Set(['opts', 'progress', 'returnvalue', 'parent', 'stacktrace'])

/** A job as BullMQ reads it; without fields that BullMQ cannot parse. */
function readableJobData(next: Exclude<NextJob, typeof OTHER>): unknown[] {
  try {
    return raw2NextJobData(next)
  } catch {
    const [fields, ...others] = next
    const readable = (fields ?? []).filter((_, at, all) => !PARSED_AT_ONCE.has(all[at - (at % 2)] ?? ''))
    return raw2NextJobData([[...readable, 'opts', '{}'], ...others])
  }
}

/**
 * What a BullMQ worker does its work by, with steps of ours in place of those that every run goes through. Whatever is out of
 * the ordinary, such as a paused queue, a retry that is due or a job that somebody added by hand, is left to BullMQ's own.
 */
export function leanBackend({
  executor,
  ownMarkKey,
  take,
  time,
  complete,
  onDue,
}: LeanSteps): BackendFactory<RedisQueueBackend> {
  return (name, options, flags) => {
    const backend = createRedisBackend(name, options, flags)
    const bullmq = {
      take: backend.moveToActive.bind(backend),
      complete: backend.moveToCompleted.bind(backend),
      wait: backend.waitForJob.bind(waitingForOwn(backend, ownMarkKey)),
    }
    // A worker that has got a job asks for one more at once. Where it was the last, that need not go to Redis: what comes
    // meanwhile is marked, and a worker that has got none waits for a mark.
    let wasLast = false
    const jobDataOf = async (next: NextJob, token: string): Promise<unknown[]> => {
      wasLast = false
      if (next === OTHER) return byRedisClock(await bullmq.take(token, executor), time)
      const [fields, , , , left] = next
      wasLast = fields !== null && left === 0
      return readableJobData(next)
    }
    return Object.assign(backend, {
      async waitForJob(blockTimeout: number) {
        wasLast = false
        const mark = await bullmq.wait(blockTimeout)
        if (mark?.member === DUE_MARK) onDue()
        return mark && { ...mark, score: 0 }
      },
      async moveToActive(token: string) {
        if (!wasLast) return jobDataOf(await take(token), token)
        wasLast = false
        return [null, 0, 0, 0]
      },
      async moveToCompleted<T, R, N extends string>(
        job: MinimalJob<T, R, N>,
        outcome: R,
        remove: Parameters<RedisQueueBackend['moveToCompleted']>[2],
        token: string,
        fetchNext: boolean,
      ) {
        const takesNext = fetchNext && backend.closing === undefined
        const answer = await complete(job, { token, takesNext })
        if (answer === OTHER) return bullmq.complete(job, outcome, remove, token, fetchNext)
        const [next] = answer
        return { result: next === undefined ? [] : await jobDataOf(next, token), finishedOn: undefined }
      },
    })
  }
}

/** The backend, but for its wait, which ends by a mark in either set: that of the executor, or that of all. */
function waitingForOwn(backend: RedisQueueBackend, ownMarkKey: string): RedisQueueBackend {
  const keys = { ...backend.keys, marker: [ownMarkKey, backend.keys['marker']] }
  const queue: object = Reflect.get(backend, 'queue')
  return Object.create(backend, { queue: { value: Object.create(queue, { keys: { value: keys } }) } })
}

/**
 * What BullMQ's own script gives, but for the times of this machine: it writes into a job when that was taken, and says when the
 * next delayed job is due, to which the pulse of the gate sees.
 */
async function byRedisClock(
  [job, jobId, limitedForMs]: unknown[],
  time: () => Promise<number>,
): Promise<unknown[]> {
  if (typeof job !== 'object' || job === null) return [job, jobId, limitedForMs, 0]
  return [{ ...job, processedOn: await time() }, jobId, limitedForMs, 0]
}
