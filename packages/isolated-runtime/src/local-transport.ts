import {
  encodeCall,
  type EncodedOutcome,
  type Limits,
  type localRunRequestSchema,
  type Work,
  type WorkResult,
} from '@isolated-runtime/protocol'
import {
  outcomeUnlessEnded,
  type Batching,
  type ReadyCall,
  type SendOptions,
  type SentRun,
  type Transport,
} from '@isolated-runtime/runtime'
import { Sandbox } from '@isolated-runtime/sandbox'
import type { z } from 'zod'
import { batchingFor } from './batching.ts'
import { LocalCode } from './local-code.ts'
import type { LocalRun } from './local-run.ts'
import { ceilingsOf, type IsolatedRuntimeOptions } from './options.ts'
import { withRetries } from './with-retries.ts'

export type ParsedLocalRequest = z.output<typeof localRunRequestSchema>

/** Carries calls to a sandbox on this machine. */
export class LocalTransport implements Transport<ParsedLocalRequest, LocalRun> {
  readonly name = 'runtime'
  readonly batching: Batching<LocalRun> | undefined
  readonly sandbox: Sandbox
  readonly code: LocalCode
  readonly #ceilings: Limits
  readonly #closing = new AbortController()

  /** @throws `INVALID_OPTIONS` */
  constructor(options: IsolatedRuntimeOptions) {
    this.#ceilings = ceilingsOf(options)
    this.code = new LocalCode(options.packing)
    this.sandbox = Sandbox.start(options.sandbox)
    // Where each run has a process of its own, there are no batches.
    const isBatching = options.sandbox?.isolation !== 'run' && options.batching !== false
    this.batching = isBatching ? batchingFor(this.sandbox.slots) : undefined
  }

  async prepare(request: ParsedLocalRequest): Promise<ReadyCall<LocalRun>> {
    const { folder, source = '', file, tenant, retries } = request
    const call = encodeCall(request, { ceilings: this.#ceilings })
    return { call, tenant, bundle: await this.code.bundleOf({ folder, source, file, tenant }), retries }
  }

  async send({ retries, ...asked }: LocalRun, { signal, onLog, onProgress }: SendOptions): Promise<SentRun> {
    const run = onProgress === undefined ? asked : { ...asked, call: { ...asked.call, progress: true } }
    const outcome = withRetries(() => this.sandbox.run(run, { signal, onLog, onProgress }), {
      retries,
      signal,
      closing: this.#closing.signal,
    })
    return { outcome: outcomeUnlessEnded(outcome, signal) }
  }

  sendMany(runs: readonly (SendOptions & { readonly run: LocalRun })[]): Promise<SentRun[]> {
    return Promise.all(runs.map(({ run, ...options }) => this.send(run, options)))
  }

  async sendOfMap(run: LocalRun, signal: AbortSignal): Promise<WorkResult> {
    return (await this.send(run, { signal })).outcome
  }

  batchOf([run]: readonly [LocalRun, ...LocalRun[]], work: Extract<Work, { kind: 'batch' }>): LocalRun {
    return { ...run, call: { ...run.call, work } }
  }

  ended(_: ParsedLocalRequest, outcome: EncodedOutcome): SentRun {
    return { outcome: Promise.resolve(outcome) }
  }

  /** Ends all guests. Resolves when no process of theirs is left. */
  close(): Promise<void> {
    this.#closing.abort()
    return this.sandbox.close()
  }
}
