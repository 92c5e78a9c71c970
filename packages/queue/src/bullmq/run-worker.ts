import { DelayedError, WaitingError, Worker, type Job, type JobJson } from 'bullmq'
import type { RedisClient } from '../redis/redis-client.ts'
import type { Logger } from '../logger.ts'
import { runFieldsOf } from '../run/run-key.ts'
import { leanBackend, type LeanSteps } from './lean-backend.ts'
import type { Processed, TakenJob } from './taken-job.ts'

/** What is done with each job. `Run` is what the caller makes of one, and is given the same one at each step. */
export interface RunWorkerOptions<Run extends object, Result> extends Omit<LeanSteps, 'complete'> {
  readonly redis: RedisClient
  readonly keyPrefix: string
  readonly queueName: string
  /** How many jobs are processed at once. */
  readonly slots: number
  readonly runOf: (job: TakenJob) => Run
  /** A rejection fails the job: its message is the reason. */
  readonly process: (run: Run) => Promise<Processed<Result>>
  /** Completes a job that is over, and takes the next. */
  readonly complete: (
    run: Run,
    ...rest: Tail<Parameters<LeanSteps['complete']>>
  ) => ReturnType<LeanSteps['complete']>
  /** A job was completed. */
  readonly onCompleted: (run: Run, result: Result) => void
  /** A job has failed; `undefined` when BullMQ does not say which. */
  readonly onFailed: (run: Run | undefined, error: Error) => void
  /** A job cannot be read. */
  readonly onUnreadable: (jobId: string, why: string) => void
  readonly logger: Logger
}

type Tail<List extends readonly unknown[]> = List extends readonly [unknown, ...infer Rest] ? Rest : never

const OPTIONS = {
  // Of jobs that BullMQ's own script takes, until their leases are renewed.
  lockDuration: 3_000,
  runRetryDelay: 250,
  // Leases take the place of these two.
  skipStalledCheck: true,
  skipLockRenewal: true,
  // The most that BullMQ blocks for. A run that nobody is told of is found by the tick of the gate.
  drainDelay: 10,
  autorun: false,
} as const

/** Takes the place of what cannot be read. It is no message, and whoever parses it says so. */
const UNREADABLE = { data: '""', opts: {}, progress: 0, stacktrace: '[]', returnvalue: '' }

/** A BullMQ worker that takes jobs it cannot read as well, so that they end like others. */
class TolerantWorker<Result> extends Worker<unknown, Result> {
  onUnreadable: (jobId: string, why: string) => void = () => undefined

  protected override createJob(json: JobJson, jobId: string): Job<unknown, Result> {
    try {
      return super.createJob(json, jobId)
    } catch (error) {
      this.onUnreadable(jobId, error instanceof Error ? error.message : String(error))
      return super.createJob({ ...json, ...UNREADABLE }, jobId)
    }
  }
}

/** Takes jobs off a BullMQ queue and processes them, some at once. */
export class RunWorker<Run extends object, Result> {
  readonly #worker: TolerantWorker<Result>
  readonly #options: RunWorkerOptions<Run, Result>
  readonly #runs = new WeakMap<object, Run>()

  constructor(options: RunWorkerOptions<Run, Result>) {
    const { redis, keyPrefix, queueName, executor, slots, complete, logger } = options
    this.#options = options
    const backend = leanBackend({
      ...options,
      complete: async (job, how) => {
        const run = this.#runs.get(job)
        return run === undefined ? 'other' : complete(run, how)
      },
    })
    const shared = { connection: redis, prefix: keyPrefix, concurrency: slots }
    this.#worker = new TolerantWorker<Result>(
      queueName,
      (job) => this.#process(job),
      { ...OPTIONS, ...shared, name: executor },
      backend,
    )
    this.#worker.onUnreadable = options.onUnreadable
    this.#worker
      .on('completed', (job, result) => options.onCompleted(this.#runOf(job), result))
      .on('failed', (job, error) => options.onFailed(job && this.#runOf(job), error))
      .on('error', (error) =>
        logger.warn({ event: 'bullmq.worker-error', err: error }, 'BullMQ worker error'),
      )
  }

  /** Settles when jobs are being taken. */
  async start(): Promise<void> {
    await this.#worker.waitUntilReady()
    // It ends when the worker is closed.
    this.#worker.run().catch((error: unknown) => {
      this.#options.logger.error({ event: 'bullmq.worker-stopped', err: error }, 'A BullMQ worker stopped')
    })
  }

  /** How many jobs are processed at once. */
  get slots(): number {
    return this.#worker.concurrency
  }

  set slots(slots: number) {
    this.#worker.concurrency = slots
  }

  /** Looks whether it may take more: a worker with as many jobs as it might have waits for one of them to end. */
  lookAgain(): void {
    if (this.#worker.closing) return
    // Between these two nothing happens: the worker does not pause.
    void this.#worker.pause(true)
    void this.#worker.resume()
  }

  /** Takes no more jobs, and settles when those under way are over. */
  close(): Promise<void> {
    return this.#worker.close()
  }

  async #process(job: Job<unknown, Result>): Promise<Result> {
    const processed = await this.#options.process(this.#runOf(job))
    switch (processed.kind) {
      case 'over':
        return processed.result
      // BullMQ leaves a job alone for which one of these is thrown.
      case 'put-off':
        throw new DelayedError()
      case 'hand-back':
        await this.#handBack(job)
        throw new WaitingError()
    }
  }

  async #handBack(job: Job<unknown, Result>): Promise<void> {
    try {
      await job.moveToWait(job.token)
    } catch (error) {
      // The lock may be lost, and then somebody else gives the run back.
      this.#options.logger.debug(
        { event: 'run.hand-back-failed', err: error, ...runFieldsOf(job.id ?? '') },
        'Could not return a run to the queue; its lease expires',
      )
    }
  }

  #runOf(job: Job<unknown, Result>): Run {
    const known = this.#runs.get(job)
    if (known !== undefined) return known
    const run = this.#options.runOf(takenJobOf(job))
    this.#runs.set(job, run)
    return run
  }
}

function takenJobOf({
  id = '',
  token = '',
  name,
  data,
  timestamp,
  processedOn,
  attemptsStarted,
}: Job<unknown>): TakenJob {
  return {
    id,
    token,
    name,
    data,
    submittedAt: timestamp,
    takenAt: processedOn ?? timestamp,
    attempt: attemptsStarted,
  }
}
