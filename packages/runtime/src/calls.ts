import {
  decodeOutcomeInSlices,
  endedBy,
  IsolatedRuntimeError,
  outcomeOfCall,
  parseRequest,
  resultOfBatch,
  type Outcome,
} from '@isolated-runtime/protocol'
import type { z } from 'zod'
import { callEndOf, unlessEnded, type CallEnd } from './call/call-end.ts'
import { Batcher } from './coalesce/batcher.ts'
import { prepareAll } from './call/prepare-all.ts'
import { listenersOf, type ListeningManyOptions, type ListeningRunOptions } from './call/run-options.ts'
import type { ReadyCall, ReadyRun, SendOptions, SentRun, Transport } from './transport.ts'

/** What every request has in common once it is parsed. */
export interface ParsedRequest {
  readonly deadlineMs?: number | undefined
}

export interface CallsOptions<Parsed extends ParsedRequest, Ready extends ReadyRun, Sent extends SentRun> {
  readonly transport: Transport<Parsed, Ready, Sent>
  readonly requestSchema: z.ZodType<Parsed>
}

/** A call that was begun: its time is counted until `end` is disposed of. */
interface BegunCall<Parsed, Ready extends ReadyRun> {
  readonly request: Parsed
  readonly end: CallEnd
  /** `undefined` when the call was ended before its run was ready. */
  readonly run: ReadyCall<Ready> | undefined
}

/** The calls of one function, from a request to a run that settles: each is ended by its signal and its deadline at once. */
export class Calls<Parsed extends ParsedRequest, Ready extends ReadyRun, Sent extends SentRun> {
  readonly #options: CallsOptions<Parsed, Ready, Sent>
  readonly #batcher: Batcher<ReadyCall<Ready>> | undefined

  constructor(options: CallsOptions<Parsed, Ready, Sent>) {
    this.#options = options
    this.#batcher = batcherOf(options.transport)
  }

  /** What becomes of one call, which is awaited. */
  async outcome(request: unknown, { signal, ...listeners }: ListeningRunOptions): Promise<Outcome> {
    const call = await this.#begin(request, signal, true)
    const { run, end } = call
    const isPlain = end.signal === undefined && Object.values(listeners).every((listener) => !listener)
    if (isPlain && run !== undefined && this.#batcher !== undefined) return this.#batcher.outcome(run)
    return outcomeOf(await this.#send(call, listeners))
  }

  /** Sends one run, and does not wait for its outcome. */
  async send(request: unknown, signal: AbortSignal | undefined): Promise<Sent> {
    return this.#send(await this.#begin(request, signal, false), {})
  }

  /** Sends several runs together: all of them, or none. @param isAwaited whether their outcomes are awaited */
  async sendMany(
    requests: readonly unknown[],
    options: ListeningManyOptions,
    isAwaited: boolean,
  ): Promise<Sent[]> {
    const calls = await prepareAll(requests, (request) => this.#begin(request, options.signal, isAwaited))
    const runs = calls.flatMap(({ run, end }, index) =>
      run === undefined ? [] : [{ run, ...listenersOf(options, index), signal: end.signal }],
    )
    const sent = (await this.#options.transport.sendMany(runs)).values()
    return calls.map((call) => {
      const next = call.run === undefined ? undefined : sent.next().value
      return untilSettled(call.end, next ?? this.#ended(call))
    })
  }

  /** Begins a call: its time counts from here. */
  async #begin(
    given: unknown,
    signal: AbortSignal | undefined,
    isAwaited: boolean,
  ): Promise<BegunCall<Parsed, Ready>> {
    const { transport, requestSchema } = this.#options
    const request = parseRequest(requestSchema, given)
    const end = callEndOf(request.deadlineMs, signal)
    try {
      const preparing = transport.prepare(request, { isAwaited, deadlineAt: end.deadlineAt })
      return { request, end, run: await unlessEnded(preparing, end.signal, () => undefined) }
    } catch (error) {
      end[Symbol.dispose]()
      throw error
    }
  }

  async #send(call: BegunCall<Parsed, Ready>, listeners: SendOptions): Promise<Sent> {
    const { run, end } = call
    const { transport } = this.#options
    try {
      if (run === undefined) return untilSettled(end, this.#ended(call))
      return untilSettled(end, await transport.send(run, { ...listeners, signal: end.signal }))
    } catch (error) {
      end[Symbol.dispose]()
      throw error
    }
  }

  #ended({ request, end: { signal } }: BegunCall<Parsed, Ready>): Sent {
    if (signal === undefined) throw new IsolatedRuntimeError('INTERNAL', 'A run was neither sent nor ended')
    return this.#options.transport.ended(request, endedBy(signal))
  }
}

function batcherOf<Parsed, Ready extends ReadyRun>(
  transport: Transport<Parsed, Ready>,
): Batcher<ReadyCall<Ready>> | undefined {
  const { batching } = transport
  if (batching === undefined) return undefined
  return new Batcher({
    ...batching,
    callOf: ({ call }) => call,
    sendCall: async (run) => outcomeOfCall(await (await transport.send(run, {})).outcome),
    sendBatch: async (runs, items) => {
      const batch = transport.batchOf(runs, { kind: 'batch', items, realms: 'own' })
      return resultOfBatch(await (await transport.send(batch, {})).outcome)
    },
  })
}

/** The same run; its time is no longer counted once it has settled. */
function untilSettled<Sent extends SentRun>(end: CallEnd, sent: Sent): Sent {
  const dispose = (): void => end[Symbol.dispose]()
  sent.outcome.then(dispose, dispose)
  return sent
}

/** What became of a single call. */
export async function outcomeOf({ outcome }: SentRun): Promise<Outcome> {
  return decodeOutcomeInSlices(outcomeOfCall(await outcome))
}
