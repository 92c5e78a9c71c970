import { cancelled, cancelReason, type Bundle, type EncodedOutcome } from '@isolated-runtime/protocol'
import type { Logger, NewRun, RunSubmitter, SubmittedRun } from '@isolated-runtime/queue'
import { cancelOnAbort } from './cancel-on-abort.ts'
import type { ClientCode } from './client-code.ts'

/** A run that has all it needs to go onto the queue. */
export interface ReadyRun {
  readonly run: NewRun
  /** The bundle itself, where it was packed here. */
  readonly packed?: Bundle | undefined
}

export interface RunSenderOptions {
  readonly submitter: Pick<RunSubmitter, 'submit' | 'submitMany' | 'resubmit' | 'cancel'>
  readonly code: Pick<ClientCode, 'redeploy'>
  readonly logger: Logger | undefined
}

/** Puts runs on the queue, cancels them when a signal says so, and sends the bundle after a run that did not find it. */
export class RunSender {
  readonly #options: RunSenderOptions

  constructor(options: RunSenderOptions) {
    this.#options = options
  }

  /** Returns when the run is on the queue. @throws what `RunSubmitter.submit` throws */
  async send(ready: ReadyRun, signal: AbortSignal | undefined): Promise<SubmittedRun> {
    const { run } = ready
    if (signal?.aborted === true)
      return { id: run.id, tenant: run.tenant, outcome: Promise.resolve(cancelledBy(signal)) }
    return this.#watched(ready, await this.#options.submitter.submit(run), signal)
  }

  /** The same for several runs, in one round trip. */
  async sendMany(ready: readonly ReadyRun[], signal: AbortSignal | undefined): Promise<SubmittedRun[]> {
    if (signal?.aborted === true) return Promise.all(ready.map((one) => this.send(one, signal)))
    const submitted = await this.#submitMany(ready)
    return submitted.map((one, index) => this.#watched(ready[index] as ReadyRun, one, signal))
  }

  async #submitMany(ready: readonly ReadyRun[]): Promise<SubmittedRun[]> {
    const { submitter, logger } = this.#options
    try {
      return await submitter.submitMany(ready.map(({ run }) => run))
    } catch (error) {
      // Half of them is of no use to anybody; those with a name may be somebody else's as well.
      for (const { run } of ready.filter(({ run: { isNamed } }) => isNamed !== true)) {
        submitter.cancel(run, 'Another run of the same call could not be queued').catch((cause: unknown) => {
          logger?.debug({ err: cause, run: run.id }, 'A run that was not queued could not be cancelled')
        })
      }
      throw error
    }
  }

  #watched(
    { run, packed }: ReadyRun,
    submitted: SubmittedRun,
    signal: AbortSignal | undefined,
  ): SubmittedRun {
    const { submitter, logger } = this.#options
    const outcome =
      packed === undefined ? submitted.outcome : this.#withBundle(packed, run, submitted.outcome, signal)
    const cancel = (reason: string): Promise<boolean> => submitter.cancel(run, reason)
    if (signal !== undefined) cancelOnAbort({ signal, outcome, cancel, logger })
    return { id: run.id, tenant: run.tenant, outcome, live: submitted.live }
  }

  // A bundle that nobody used for long is gone from the store, and this client cannot know.
  async #withBundle(
    bundle: Bundle,
    run: NewRun,
    first: SubmittedRun['outcome'],
    signal: AbortSignal | undefined,
  ): Promise<EncodedOutcome> {
    const outcome = await first
    if (outcome.status !== 'refused' || outcome.error.code !== 'BUNDLE_NOT_FOUND') return outcome
    await this.#options.code.redeploy(bundle)
    if (signal?.aborted === true) return cancelledBy(signal)
    const again = await this.#options.submitter.resubmit(run)
    return again.outcome
  }
}

function cancelledBy(signal: AbortSignal): EncodedOutcome {
  return cancelled(cancelReason(signal.reason), { attempts: 0 })
}
