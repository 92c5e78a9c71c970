import type { Worker } from 'bullmq'
import type { Logger } from '../logger.ts'

export interface StalledLookOptions {
  readonly everyMs: number
  /** Whether any job of the queue may be under way, here or elsewhere. */
  readonly mayBe: () => boolean | Promise<boolean>
  readonly logger: Logger
}

/**
 * Looks again and again for jobs whose executor has died, so that they start again elsewhere. A look of BullMQ itself is
 * seven calls, whether any job is under way or not; here it is done only when one may be.
 */
export class StalledLook implements Disposable {
  readonly #worker: Worker
  readonly #options: StalledLookOptions
  #timer: NodeJS.Timeout | undefined
  #isOver = false

  constructor(worker: Worker, options: StalledLookOptions) {
    this.#worker = worker
    this.#options = options
  }

  /** Looks for the first time, and from then on until it is disposed of. Settles after the first look. */
  async start(): Promise<void> {
    await this.#look()
    if (this.#isOver) return
    this.#timer = setTimeout(() => void this.start(), this.#options.everyMs)
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  async #look(): Promise<void> {
    try {
      if (!(await this.#options.mayBe())) return
      const jobIds = await this.#worker.getBackend().moveStalledJobsToWait()
      for (const jobId of jobIds) this.#worker.emit('stalled', jobId, 'active')
    } catch (error) {
      if (this.#isOver) return
      this.#options.logger.warn({ err: error }, 'Whether runs have lost their executor could not be asked')
    }
  }
}
