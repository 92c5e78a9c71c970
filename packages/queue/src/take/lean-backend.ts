import {
  createRedisBackend,
  raw2NextJobData,
  type BackendFactory,
  type MinimalJob,
  type RedisQueueBackend,
} from 'bullmq'
import { OTHER, type NextJob } from './next-job.ts'
import type { RunCompleter } from './run-completer.ts'

/** The steps that every run goes through. */
export interface LeanSteps {
  /** Whose name BullMQ writes into jobs that it takes itself. */
  readonly executor: string
  /** Takes the next job under a lock. */
  readonly take: (token: string) => Promise<NextJob>
  /** Completes a job, and takes the next. */
  readonly complete: RunCompleter['complete']
}

/**
 * What a BullMQ worker does its work by, with steps of ours in place of those that every run goes through. Whatever is out of
 * the ordinary, such as a paused queue, a retry that is due or a job that somebody added by hand, is left to BullMQ's own.
 */
export function leanBackend({ executor, take, complete }: LeanSteps): BackendFactory<RedisQueueBackend> {
  return (name, options, flags) => {
    const backend = createRedisBackend(name, options, flags)
    const bullmq = {
      take: backend.moveToActive.bind(backend),
      complete: backend.moveToCompleted.bind(backend),
      wait: backend.waitForJob.bind(backend),
    }
    // A worker that has got a job asks for one more at once. Where it was the last, that need not go to Redis: what comes
    // meanwhile is marked, and a worker that has got none waits for a mark.
    let wasLast: { readonly retryAt: number } | undefined
    const jobDataOf = async (next: NextJob, token: string): Promise<unknown[]> => {
      wasLast = undefined
      if (next === OTHER) return bullmq.take(token, executor)
      const [fields, , , , left, retryAt] = next
      if (fields !== null && left === 0) wasLast = { retryAt }
      return raw2NextJobData(next)
    }
    return Object.assign(backend, {
      async waitForJob(blockTimeout: number) {
        wasLast = undefined
        return bullmq.wait(blockTimeout)
      },
      async moveToActive(token: string) {
        if (wasLast === undefined) return jobDataOf(await take(token), token)
        const { retryAt } = wasLast
        wasLast = undefined
        return [null, 0, 0, retryAt]
      },
      async moveToCompleted<T, R, N extends string>(
        job: MinimalJob<T, R, N>,
        outcome: R,
        remove: Parameters<RedisQueueBackend['moveToCompleted']>[2],
        token: string,
        fetchNext: boolean,
      ) {
        const finishedOn = Date.now()
        const takesNext = fetchNext && backend.closing === undefined
        const answer = await complete(job, { token, takesNext, finishedOn })
        if (answer === OTHER) return bullmq.complete(job, outcome, remove, token, fetchNext)
        const [next] = answer
        return { result: next === undefined ? [] : await jobDataOf(next, token), finishedOn }
      },
    })
  }
}
