import {
  cancelReason,
  endedBy,
  type Bundle,
  type Call,
  type SingleCall,
  type WorkResult,
} from '@isolated-runtime/protocol'
import type { Logger, NewRun, RunSubmitter, SubmittedRun } from '@isolated-runtime/queue'
import { outcomeUnlessEnded } from '@isolated-runtime/runtime'
import type { ClientCode } from './client-code.ts'

/** A run that has all it needs to go onto the queue. */
export interface ReadyRun {
  readonly call: Call
  readonly run: NewRun
  /** The bundle itself, where it was packed here. */
  readonly packed?: Bundle | undefined
}

/** The same of a single call. */
export interface ReadyCall extends ReadyRun {
  readonly call: SingleCall
}

export interface RunSenderOptions {
  readonly submitter: Pick<RunSubmitter, 'submit' | 'resubmit' | 'cancel'>
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
    if (signal?.aborted === true) return ended(run, signal)
    try {
      return this.#watched(ready, await this.#options.submitter.submit(run, signal), signal)
    } catch (error) {
      // It was taken back, whatever Redis does.
      if (isAborted(signal)) return ended(run, signal)
      throw error
    }
  }

  /** The same for several runs, in one round trip. */
  async sendMany(
    runs: readonly { readonly run: ReadyRun; readonly signal?: AbortSignal | undefined }[],
  ): Promise<SubmittedRun[]> {
    const { submitter, logger } = this.#options
    try {
      // What is sent in one turn of the event loop travels together.
      return await Promise.all(runs.map(({ run, signal }) => this.send(run, signal)))
    } catch (error) {
      // Half of them is of no use to anybody; those with a name may be somebody else's as well.
      const unnamed = runs.filter((ready) => ready.run.run.isNamed !== true)
      for (const { run } of unnamed.map((ready) => ready.run)) {
        submitter.cancel(run, 'Another run of the same call could not be queued').catch((cause: unknown) => {
          logger?.debug(
            { event: 'cancel.failed-unqueued', err: cause, run: run.id },
            'Could not cancel a run that was not queued',
          )
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
    const first = outcomeUnlessEnded(submitted.outcome, signal, () => {
      submitter.cancel(run, cancelReason(signal?.reason)).catch((error: unknown) =>
        // Its outcome was made up here; the run is bounded by its own limits.
        logger?.warn({ event: 'cancel.failed', err: error, run: run.id }, 'Could not cancel a run'),
      )
    })
    if (signal !== undefined) first.then(submitted.leave, () => undefined)
    const outcome = packed === undefined ? first : this.#withBundle(packed, run, first, signal)
    return { id: run.id, tenant: run.tenant, outcome, live: submitted.live }
  }

  // A bundle that nobody used for long is gone from the store, and this client cannot know.
  async #withBundle(
    bundle: Bundle,
    run: NewRun,
    first: SubmittedRun['outcome'],
    signal: AbortSignal | undefined,
  ): Promise<WorkResult> {
    const outcome = await first
    if (outcome.status !== 'refused' || outcome.error.code !== 'BUNDLE_NOT_FOUND') return outcome
    await this.#options.code.redeploy(bundle)
    if (signal?.aborted === true) return endedBy(signal)
    const again = await this.#options.submitter.resubmit(run)
    return outcomeUnlessEnded(
      again.outcome,
      signal,
      () => void this.#options.submitter.cancel(run, '').catch(() => undefined),
    )
  }
}

function ended({ id, tenant }: NewRun, signal: AbortSignal): SubmittedRun {
  return { id, tenant, outcome: Promise.resolve(endedBy(signal)) }
}

/** Asked again after a while: it may have been aborted since. */
function isAborted(signal: AbortSignal | undefined): signal is AbortSignal {
  return signal?.aborted === true
}
