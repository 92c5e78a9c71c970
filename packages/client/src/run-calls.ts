import { randomUUID } from 'node:crypto'
import {
  callEndOf,
  decodeOutcomeInSlices,
  endedBy,
  IsolatedRuntimeError,
  outcomeOfCall,
  parseRequest,
  prepareAll,
  unlessEnded,
  type Batcher,
  type CallEnd,
  type Outcome,
} from '@isolated-runtime/protocol'
import type { SubmittedRun } from '@isolated-runtime/queue'
import type { ReadyRuns } from './ready-runs.ts'
import { runRequestSchema } from './run-request.ts'
import type { ReadyCall, RunSender } from './run-sender.ts'

export interface RunCallsOptions {
  readonly ready: Pick<ReadyRuns, 'make'>
  readonly sender: Pick<RunSender, 'send' | 'sendMany'>
  readonly batcher: Batcher<ReadyCall> | undefined
  /** Whose runs they are, where a request does not say. */
  readonly tenant: string
}

interface Call {
  readonly end: CallEnd
  /** `undefined` when the call was ended before its run was ready. */
  readonly ready: ReadyCall | undefined
  readonly key: { readonly id: string; readonly tenant: string }
}

/** The calls of one function, from a request to a run that settles: each is ended by its signal and its deadline at once. */
export class RunCalls {
  readonly #options: RunCallsOptions

  constructor(options: RunCallsOptions) {
    this.#options = options
  }

  /** What becomes of one call, which waits for it. */
  async outcome(request: unknown, signal: AbortSignal | undefined): Promise<Outcome> {
    const parsed = parseRequest(runRequestSchema, request)
    const { ready, batcher } = this.#options
    if (batcher !== undefined && signal === undefined && parsed.deadlineMs === undefined)
      return batcher.outcome(await ready.make(parsed, { isAwaited: true }))
    const { outcome } = await this.#send(await this.#begin(request, signal, true))
    return decodeOutcomeInSlices(outcomeOfCall(await outcome))
  }

  /** Puts one run on the queue. */
  async submit(request: unknown, signal: AbortSignal | undefined): Promise<SubmittedRun> {
    return this.#send(await this.#begin(request, signal, false))
  }

  /** Puts several runs on the queue together. */
  async submitMany(
    requests: readonly unknown[],
    signal: AbortSignal | undefined,
    isAwaited: boolean,
  ): Promise<SubmittedRun[]> {
    const calls = await prepareAll(requests, (request) => this.#begin(request, signal, isAwaited))
    const sent = await this.#options.sender.sendMany(
      calls.flatMap(({ ready, end }) => (ready === undefined ? [] : [{ ready, signal: end.signal }])),
    )
    const left = sent.values()
    return calls.map((call) =>
      settling(call, (call.ready === undefined ? undefined : left.next().value) ?? endedRun(call)),
    )
  }

  async #begin(request: unknown, signal: AbortSignal | undefined, isAwaited: boolean): Promise<Call> {
    const parsed = parseRequest(runRequestSchema, request)
    const { id = randomUUID(), tenant = this.#options.tenant, deadlineMs } = parsed
    const end = callEndOf(deadlineMs, signal)
    try {
      const making = this.#options.ready.make(parsed, { isAwaited, deadlineAt: end.deadlineAt })
      return { end, ready: await unlessEnded(making, end.signal, () => undefined), key: { id, tenant } }
    } catch (error) {
      end[Symbol.dispose]()
      throw error
    }
  }

  async #send(call: Call): Promise<SubmittedRun> {
    const { ready, end } = call
    if (ready === undefined) return settling(call, endedRun(call))
    try {
      return settling(call, await this.#options.sender.send(ready, end.signal))
    } catch (error) {
      end[Symbol.dispose]()
      throw error
    }
  }
}

/** The run of a call that was ended before it was on the queue. */
function endedRun({ key, end: { signal } }: Call): SubmittedRun {
  if (signal === undefined)
    throw new IsolatedRuntimeError('INTERNAL', `Run "${key.id}" was neither sent nor ended`)
  return { ...key, outcome: Promise.resolve(endedBy(signal)) }
}

/** The same run; once it has settled, its deadline is none any more. */
function settling({ end }: Call, run: SubmittedRun): SubmittedRun {
  const dispose = (): void => end[Symbol.dispose]()
  run.outcome.then(dispose, dispose)
  return run
}
