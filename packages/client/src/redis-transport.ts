import { randomUUID } from 'node:crypto'
import { endedBy, type EncodedOutcome, type Work, type WorkResult } from '@isolated-runtime/protocol'
import type { RunSubmitter, SubmittedRun } from '@isolated-runtime/queue'
import { unlessEnded, type PrepareOptions, type SendOptions, type Transport } from '@isolated-runtime/runtime'
import type { z } from 'zod'
import { batching } from './batching.ts'
import type { ClientCode } from './client-code.ts'
import type { parseClientOptions } from './options.ts'
import { ReadyRuns } from './ready-runs.ts'
import { retryWhileQueueFull } from './retry-while-queue-full.ts'
import type { runRequestSchema } from './run-request.ts'
import { RunSender, type ReadyCall, type ReadyRun } from './run-sender.ts'

export type ParsedRunRequest = z.output<typeof runRequestSchema>

export interface RedisTransportParts {
  readonly options: ReturnType<typeof parseClientOptions>
  readonly submitter: Pick<RunSubmitter, 'submit' | 'resubmit' | 'cancel'>
  readonly code: Pick<ClientCode, 'find' | 'redeploy'>
  /** Leaves Redis. */
  readonly release: AsyncDisposable
}

/** Carries calls to the executors of a fleet: a run is a job on the queue, its outcome a reply or what the job holds. */
export class RedisTransport implements Transport<ParsedRunRequest, ReadyRun, SubmittedRun> {
  readonly name = 'client'
  readonly batching: typeof batching | undefined
  readonly #parts: RedisTransportParts
  readonly #ready: ReadyRuns
  readonly #sender: RunSender
  readonly #closing = new AbortController()

  constructor(parts: RedisTransportParts) {
    const { options, submitter, code } = parts
    const { logger } = options
    this.batching = options.batching ? batching : undefined
    this.#parts = parts
    this.#ready = new ReadyRuns({ code, ...options })
    this.#sender = new RunSender({ submitter, code, logger })
  }

  prepare(request: ParsedRunRequest, options: PrepareOptions): Promise<ReadyCall> {
    return this.#ready.make(request, options)
  }

  send(run: ReadyRun, { signal }: SendOptions): Promise<SubmittedRun> {
    return this.#sender.send(run, signal)
  }

  sendMany(runs: readonly (SendOptions & { readonly run: ReadyRun })[]): Promise<SubmittedRun[]> {
    return this.#sender.sendMany(runs)
  }

  async sendOfMap(ready: ReadyRun, ending: AbortSignal): Promise<WorkResult> {
    const { bundle, tenant, expiresInMs: waitMs, call } = ready.run
    // Each time, for a map may go on for longer than a bundle is kept for one run.
    const finding = this.#parts.code.find({ bundle, file: call.file }, { tenant, waitMs })
    if ((await unlessEnded(finding, ending, () => undefined)) === undefined) return endedBy(ending)
    const signals = [ending, this.#closing.signal]
    const send = (): Promise<SubmittedRun> => this.#sender.send(ready, ending)
    return (await retryWhileQueueFull(send, { waitMs, signals })).outcome
  }

  batchOf(runs: readonly [ReadyRun, ...ReadyRun[]], work: Extract<Work, { kind: 'batch' }>): ReadyRun {
    const [{ run }] = runs
    const call = { ...run.call, work }
    // A run that names its bundle has no code to send after it; another of the same bundle may have.
    const packed = runs.find((ready) => ready.packed !== undefined)?.packed
    return { call, run: { ...run, call, id: randomUUID() }, packed }
  }

  ended(
    { id = randomUUID(), tenant = this.#parts.options.tenant }: ParsedRunRequest,
    outcome: EncodedOutcome,
  ): SubmittedRun {
    return { id, tenant, outcome: Promise.resolve(outcome) }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#parts.release[Symbol.asyncDispose]()
  }
}
