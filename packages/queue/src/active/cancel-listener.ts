import type { Logger } from '../logger.ts'
import type { ActiveRuns } from './active-runs.ts'
import { UNMARKED, type RunMark, type RunMarks } from './run-marks.ts'
import { parseCancelMessage } from '../cancel/cancel-message.ts'
import { HeardCancels } from './heard-cancels.ts'

export interface CancelListenerOptions {
  readonly active: ActiveRuns
  readonly marks: RunMarks
  readonly logger: Logger
}

/** Hears, in an executor, which runs of a shard are to be cancelled, and cancels those that are going on here. */
export class CancelListener {
  readonly #options: CancelListenerOptions
  readonly #heard = new HeardCancels()

  constructor(options: CancelListenerOptions) {
    this.#options = options
  }

  /**
   * The mark of a job that was just taken. Costs a question to Redis only where there is reason to ask: somebody had it
   * before, or it was heard to be cancelled. Never rejects.
   */
  async markOf(jobId: string, attempt: number): Promise<RunMark> {
    if (!this.#heard.take(jobId) && attempt === 1) return UNMARKED
    try {
      const [mark = UNMARKED] = await this.#options.marks.read([jobId])
      return mark
    } catch (error) {
      // Whoever waits for a run that is to be cancelled sees the mark as well, and cancels again.
      this.#options.logger.warn(
        { event: 'cancel.lookup-failed', err: error, job: jobId },
        'Could not read whether a run was cancelled',
      )
      return UNMARKED
    }
  }

  /** Cancels what is to be, as a message says. */
  hear(text: string): void {
    try {
      const { jobId, reason } = parseCancelMessage(text)
      if (!this.#options.active.cancel(jobId, reason)) this.#heard.add(jobId)
    } catch (error) {
      this.#options.logger.warn(
        { event: 'cancel.message-malformed', err: error },
        'Ignored a malformed cancel message',
      )
    }
  }

  /** Looks whether any of the runs that are going on here was cancelled without being heard. @throws `REDIS_UNREACHABLE` */
  async catchUp(): Promise<void> {
    const { active, marks } = this.#options
    const jobIds = active.ids
    const found = await marks.read(jobIds)
    for (const [index, jobId] of jobIds.entries()) {
      const reason = found[index]?.cancelReason
      if (reason !== undefined) active.cancel(jobId, reason)
    }
  }
}
