import {
  IsolatedRuntimeError,
  parse,
  resultOfBatch,
  retriesOfBatch,
  valueOf,
  type LogFields,
  type Outcome,
  type Retries,
} from '@isolated-runtime/protocol'
import type { z } from 'zod'
import { unlessCancelled } from './call/call-end.ts'
import { Calls, outcomeOf, type ParsedRequest } from './calls.ts'
import { mapPlanned, streamItems, type MapPlan } from './map/map-items.ts'
import type { ModuleFunctions } from './module/module-functions.ts'
import { createModule, type ModuleRequest } from './module/module-proxy.ts'
import {
  parseOptions,
  type ListeningManyOptions,
  type ListeningRunOptions,
  type ManyOptions,
  type RunOptions,
} from './call/run-options.ts'
import { safeListener } from './call/safe-listener.ts'
import type { ReadyRun, SentRun, Transport } from './transport.ts'

/** How callers write requests and options. */
export interface RuntimeTypes {
  readonly request: object
  readonly mapRequest: object
  readonly mapStreamRequest: object
  readonly runOptions: RunOptions
  readonly manyOptions: ManyOptions
}

interface ParsedMap<Items> {
  readonly items: Items
  readonly chunk: number
  readonly concurrency: number
  readonly retries?: Retries | undefined
}

type ItemSource = Iterable<readonly unknown[]> | AsyncIterable<readonly unknown[]>

interface RuntimeOptions<Parsed extends ParsedRequest, Ready extends ReadyRun, Sent extends SentRun> {
  readonly transport: Transport<Parsed, Ready, Sent>
  readonly schemas: {
    readonly request: z.ZodType<Parsed>
    readonly map: z.ZodType<ParsedMap<readonly (readonly unknown[])[]>>
    readonly mapStream: z.ZodType<ParsedMap<ItemSource>>
    readonly runOptions: z.ZodType<ListeningRunOptions>
    readonly manyOptions: z.ZodType<ListeningManyOptions>
  }
  readonly logger: { warn(fields: LogFields, message: string): void } | undefined
}

/** Runs functions of guests by a transport. `Client` and `IsolatedRuntime` add what only theirs can do. */
export abstract class Runtime<
  Types extends RuntimeTypes,
  Parsed extends ParsedRequest,
  Ready extends ReadyRun,
  Sent extends SentRun,
> implements AsyncDisposable {
  readonly #options: RuntimeOptions<Parsed, Ready, Sent>
  readonly #calls: Calls<Parsed, Ready, Sent>
  readonly #closing = new AbortController()
  #closed: Promise<void> | undefined

  protected constructor(options: RuntimeOptions<Parsed, Ready, Sent>) {
    this.#options = options
    const { transport, schemas } = options
    this.#calls = new Calls({ transport, requestSchema: schemas.request })
  }

  /**
   * Calls one exported function of one file, and gives what it returned, awaited.
   *
   * @throws `IsolatedRuntimeError` with a `code`; for `GUEST_ERROR` its name, message and stack are those of the error
   *   the guest threw; for an aborted signal it is `RUN_CANCELLED`
   */
  async run<T = unknown>(request: Types['request'], options?: Types['runOptions']): Promise<T> {
    return valueOf(await this.outcome(request, options)) as T
  }

  /**
   * The same, but whatever the guest does is told as an outcome with logs and usage.
   *
   * @throws `IsolatedRuntimeError` only if the request is at fault (`INVALID_REQUEST`, `FOLDER_NOT_FOUND`, …) or the
   *   platform (`SANDBOX_FAILED`, `CLOSED`, …)
   */
  async outcome(request: Types['request'], options: Types['runOptions'] = {}): Promise<Outcome> {
    const listening = parseOptions(this.#options.schemas.runOptions, options)
    return this.whileOpen(() => this.#calls.outcome(request, listening))
  }

  /**
   * Calls different functions at the same time, and gives the outcome of each, in the order of the requests.
   *
   * @throws `IsolatedRuntimeError` if one of the requests is at fault, telling of all that are, before any is begun; or
   *   if the platform is
   */
  async runMany(
    requests: readonly Types['request'][],
    options: Types['manyOptions'] = {},
  ): Promise<Outcome[]> {
    const listening = parseOptions(this.#options.schemas.manyOptions, options)
    const onOutcome = safeListener(listening.onOutcome, this.#options.logger)
    const sent = await this.sendMany(requests, listening, true)
    return Promise.all(
      sent.map(async (run, index) => {
        const outcome = await outcomeOf(run)
        onOutcome?.(outcome, index)
        return outcome
      }),
    )
  }

  /**
   * The functions of a guest's file, typed by that file:
   * `module<typeof import('./modules/discount.ts')>({ folder: './modules', file: 'discount.ts' })`. Each call is a run
   * of its own.
   *
   * @param request what all the runs have in common: all of a request but `funcName`, `args` and `id`
   * @param options of each of them
   * @throws `INVALID_REQUEST` or `INVALID_OPTIONS`; a call rejects as `run` does
   */
  module<Module>(
    request: ModuleRequest<Types['request']>,
    options: Types['runOptions'] = {},
  ): ModuleFunctions<Module> {
    parseOptions(this.#options.schemas.runOptions, options)
    return createModule<Module, Types['request']>(request, (call) => this.run(call, options))
  }

  /**
   * Calls one exported function with many argument lists, and gives the outcome of each, in their order. They are sent in
   * batches, whose items are called one after the other in one realm; one that fails fails alone.
   *
   * @throws `IsolatedRuntimeError` only if the request is at fault or the platform
   */
  async map<T = unknown>(
    request: Types['mapRequest'],
    options: Types['manyOptions'] = {},
  ): Promise<Outcome<T>[]> {
    const { schemas } = this.#options
    const listening = parseOptions(schemas.manyOptions, options)
    const { items, ...fields } = parse(schemas.map, request, 'map request', 'INVALID_REQUEST')
    return (await mapPlanned(items, this.#plan(fields, listening), listening)) as Outcome<T>[]
  }

  /**
   * The same for more items than memory holds: they are read as there is room for them, no more than `concurrency` times
   * `chunk` ahead of the outcomes that were consumed. A consumer that stops cancels what is in flight.
   *
   * @throws when it is consumed, what `map` throws, `RUN_CANCELLED` when aborted, and what the items threw
   */
  async *mapStream<T = unknown>(
    request: Types['mapStreamRequest'],
    options: Types['runOptions'] = {},
  ): AsyncGenerator<Outcome<T>, void, undefined> {
    const { schemas } = this.#options
    const { signal } = parseOptions(schemas.runOptions, options)
    const { items, ...fields } = parse(schemas.mapStream, request, 'map request', 'INVALID_REQUEST')
    const plan = await unlessCancelled(this.#plan(fields, { signal }), signal)
    yield* streamItems(items, plan) as AsyncGenerator<Outcome<T>, void, undefined>
  }

  /** Rejects what still waits with `CLOSED`. Resolves when nothing of it is left here. */
  close(): Promise<void> {
    this.#closing.abort()
    this.#closed ??= this.#options.transport.close()
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Sends one run, and does not wait for its outcome. */
  protected sendOne(request: Types['request'], signal: AbortSignal | undefined): Promise<Sent> {
    return this.whileOpen(() => this.#calls.send(request, signal))
  }

  /** Sends several runs together: all of them, or none. @param isAwaited whether their outcomes are awaited */
  protected sendMany(
    requests: readonly Types['request'][],
    options: ListeningManyOptions,
    isAwaited: boolean,
  ): Promise<Sent[]> {
    return this.whileOpen(() => this.#calls.sendMany(requests, options, isAwaited))
  }

  /** Whatever fails of a connection fails because it was closed here, if it was. */
  protected async whileOpen<T>(act: () => Promise<T>): Promise<T> {
    try {
      this.refuseIfClosed()
      return await act()
    } catch (error) {
      this.refuseIfClosed()
      throw error
    }
  }

  /** @throws `CLOSED` */
  protected refuseIfClosed(): void {
    if (this.#closed === undefined) return
    const message = `The ${this.#options.transport.name} is closed: it takes no more runs`
    throw new IsolatedRuntimeError('CLOSED', message)
  }

  #plan(
    { chunk, concurrency, retries, ...fields }: Omit<ParsedMap<unknown>, 'items'>,
    { signal, onOutcome }: ManyOptions,
  ): Promise<MapPlan> {
    const { transport, logger } = this.#options
    // The request of a map has the fields of one run, but for its arguments.
    const request = { ...fields, args: [], retries: retriesOfBatch(retries) } as unknown as Parsed
    return this.whileOpen(async () => {
      const call = await transport.prepare(request, { isAwaited: true })
      return {
        call: call.call,
        maxItems: chunk,
        concurrency,
        run: async (items, ending) => {
          const batch = transport.batchOf([call], { kind: 'batch', items, realms: 'shared' })
          return resultOfBatch(await transport.sendOfMap(batch, ending))
        },
        signal,
        closing: this.#closing.signal,
        retries,
        onOutcome: safeListener(onOutcome, logger),
      }
    })
  }
}
