import type { CheckOptions, FolderCheck } from '@isolated-runtime/bundle'
import {
  bundleIdSchema,
  callEndOf,
  createModule,
  decodeOutcomeInSlices,
  encodeCall,
  endedBy,
  harmless,
  localMapRequestSchema,
  localMapStreamRequestSchema,
  localRunRequestSchema,
  mapPlanned,
  outcomeOfCall,
  outcomeUnlessEnded,
  parse,
  parseManyOptions,
  parseRequest,
  parseRunOptions,
  prepareAll,
  resultOfBatch,
  retriesOfBatch,
  streamItems,
  tenantSchema,
  unlessCancelled,
  unlessEnded,
  valueOf,
  type Batcher,
  type CallEnd,
  type EncodedOutcome,
  type Limits,
  type LocalMapRequest,
  type LocalMapStreamRequest,
  type LocalRunRequest,
  type ManyOptions,
  type MapPlan,
  type ModuleFunctions,
  type ModuleRequest,
  type Outcome,
  type Retries,
  type RunOptions,
  type WorkResult,
} from '@isolated-runtime/protocol'
import {
  Sandbox,
  type Circuit,
  type CircuitKey,
  type SandboxLogger,
  type SandboxRun,
} from '@isolated-runtime/sandbox'
import { z } from 'zod'
import {
  listeningTo,
  parseListeningManyOptions,
  parseListeningOptions,
  type ListeningManyOptions,
  type ListeningRunOptions,
} from './listening-run-options.ts'
import { createBatcher, type LocalRun } from './local-batches.ts'
import { LocalCode } from './local-code.ts'
import { ceilingsOf, type IsolatedRuntimeOptions } from './options.ts'
import { withRetries } from './with-retries.ts'

/** A circuit as `circuits` tells of it will do. */
const circuitKeySchema = z.object({ tenant: tenantSchema, bundle: bundleIdSchema })

interface PreparedRun {
  readonly run: LocalRun
  readonly retries: Retries | undefined
}

/** A call: its run, or its outcome if it was ended before that was ready. */
interface BegunCall {
  readonly end: CallEnd
  readonly ready: PreparedRun | EncodedOutcome
}

type MapFields = Omit<z.output<typeof localMapRequestSchema>, 'items'>

/**
 * Runs untrusted JavaScript on this machine, without Redis.
 *
 * The processes that guests run in are started as soon as the runtime is made, so that the first run finds one. While no
 * run is under way they do not keep the program alive.
 */
export class IsolatedRuntime implements AsyncDisposable {
  readonly #ceilings: Limits
  readonly #code: LocalCode
  readonly #sandbox: Sandbox
  readonly #logger: SandboxLogger | undefined
  readonly #closing = new AbortController()
  readonly #batcher: Batcher<LocalRun> | undefined

  /** @throws `INVALID_OPTIONS` */
  constructor(options: IsolatedRuntimeOptions = {}) {
    this.#ceilings = ceilingsOf(options)
    this.#code = new LocalCode(options.packing)
    this.#sandbox = Sandbox.start(options.sandbox)
    this.#logger = options.sandbox?.logger
    // Where each run has a process of its own, there are no batches.
    const isApart = options.sandbox?.isolation === 'run'
    this.#batcher = isApart || options.batching === false ? undefined : createBatcher(this.#sandbox)
  }

  /** Resolves when the first process for guests is up; calling it is never needed. @throws `SANDBOX_FAILED` */
  ready(): Promise<void> {
    return this.#sandbox.ready()
  }

  /**
   * Calls one exported function of one file of a folder, or of a `source`, and gives what it returned, awaited.
   *
   * @throws `IsolatedRuntimeError` with a `code`; for `GUEST_ERROR` its name, message and stack are those of the
   *   error the guest threw
   */
  async run<T = unknown>(request: LocalRunRequest, options?: ListeningRunOptions): Promise<T> {
    return valueOf(await this.outcome(request, options)) as T
  }

  /**
   * The same, but whatever the guest does is told as an outcome with logs and usage.
   *
   * @throws `IsolatedRuntimeError` only if the request is at fault (`INVALID_REQUEST`, `FOLDER_NOT_FOUND`, …) or the
   *   platform (`SANDBOX_FAILED`, `CLOSED`)
   */
  async outcome(request: LocalRunRequest, options: ListeningRunOptions = {}): Promise<Outcome> {
    const listening = parseListeningOptions(options)
    const begun = await this.#begin(request, listening.signal)
    const { end, ready } = begun
    const { onLog, onProgress } = listening
    const mayBeBatched = end.signal === undefined && onLog === undefined && onProgress === undefined
    if (mayBeBatched && this.#batcher !== undefined && 'run' in ready && ready.retries === undefined)
      return this.#batcher.outcome(ready.run)
    return this.#outcomeOf(begun, listening)
  }

  /**
   * Calls different functions at the same time, and gives the outcome of each, in the order of the requests.
   *
   * @throws `IsolatedRuntimeError` if one of the requests is at fault, telling of all that are, before any is begun; or
   *   if the platform is
   */
  async runMany(
    requests: readonly LocalRunRequest[],
    options: ListeningManyOptions = {},
  ): Promise<Outcome[]> {
    const listening = parseListeningManyOptions(options)
    const onOutcome = harmless(listening.onOutcome, this.#logger)
    const prepared = await prepareAll(requests, (request) => this.#begin(request, listening.signal))
    return Promise.all(
      prepared.map(async (begun, index) => {
        const outcome = await this.#outcomeOf(begun, listeningTo(listening, index))
        onOutcome?.(outcome, index)
        return outcome
      }),
    )
  }

  #run(asked: SandboxRun, retries: Retries | undefined, options: ListeningRunOptions): Promise<WorkResult> {
    const { signal, onProgress } = options
    const run = onProgress === undefined ? asked : { ...asked, call: { ...asked.call, progress: true } }
    const outcome = withRetries(() => this.#sandbox.run(run, options), {
      retries,
      signal,
      closing: this.#closing.signal,
    })
    return outcomeUnlessEnded(outcome, signal)
  }

  async #outcomeOf({ end, ready }: BegunCall, listening: ListeningRunOptions): Promise<Outcome> {
    using _ = end
    if ('status' in ready) return await decodeOutcomeInSlices(ready)
    const outcome = await this.#run(ready.run, ready.retries, { ...listening, signal: end.signal })
    return await decodeOutcomeInSlices(outcomeOfCall(outcome))
  }

  /** Begins a call: its time counts from here. */
  async #begin(request: LocalRunRequest, signal: AbortSignal | undefined): Promise<BegunCall> {
    const parsed = parseRequest(localRunRequestSchema, request)
    const end = callEndOf(parsed.deadlineMs, signal)
    try {
      return { end, ready: await unlessEnded(this.#prepare(parsed), end.signal, (ending) => endedBy(ending)) }
    } catch (error) {
      end[Symbol.dispose]()
      throw error
    }
  }

  async #prepare(parsed: z.output<typeof localRunRequestSchema>): Promise<PreparedRun> {
    const { folder, source = '', retries, deadlineMs: _, ...fields } = parsed
    const { file, tenant } = fields
    const call = encodeCall(fields, { ceilings: this.#ceilings })
    return {
      run: { call, tenant, bundle: await this.#code.bundleOf({ folder, source, file, tenant }) },
      retries,
    }
  }

  /**
   * The functions of a guest's file, typed by that file:
   * `module<typeof import('./modules/discount.ts')>({ folder: './modules', file: 'discount.ts' })`. Each call is a run
   * of its own.
   *
   * @param request what all the runs have in common: all of a request but `funcName`, `args`
   * @param options of each of them
   * @throws `INVALID_REQUEST` or `INVALID_OPTIONS`; a call rejects as `run` does
   */
  module<Module>(request: ModuleRequest<LocalRunRequest>, options: RunOptions = {}): ModuleFunctions<Module> {
    parseRunOptions(options)
    return createModule<Module, LocalRunRequest>(request, (call) => this.run(call, options))
  }

  /**
   * Calls one exported function with many argument lists, and gives the outcome of each, in their order. The items of a
   * batch are called one after the other in one realm; one that fails fails alone.
   *
   * @throws `IsolatedRuntimeError` only if the request is at fault or the platform
   */
  async map<T = unknown>(request: LocalMapRequest, options: ManyOptions = {}): Promise<Outcome<T>[]> {
    const listening = parseManyOptions(options)
    const { items, ...fields } = parse(localMapRequestSchema, request, 'map request', 'INVALID_REQUEST')
    return (await mapPlanned(items, this.#plan(fields, listening), listening)) as Outcome<T>[]
  }

  /**
   * The same for more items than memory holds: they are read as there is room for them, no more than `concurrency` times
   * `chunk` ahead of the outcomes that were consumed. Whoever stops consuming cancels what is under way.
   *
   * @throws when it is consumed, what `map` throws, `RUN_CANCELLED` when aborted, and what the items threw
   */
  async *mapStream<T = unknown>(
    request: LocalMapStreamRequest,
    options: RunOptions = {},
  ): AsyncGenerator<Outcome<T>, void, undefined> {
    const { signal } = parseRunOptions(options)
    const { items, ...fields } = parse(localMapStreamRequestSchema, request, 'map request', 'INVALID_REQUEST')
    const plan = await unlessCancelled(this.#plan(fields, { signal }), signal)
    yield* streamItems(items, plan) as AsyncGenerator<Outcome<T>, void, undefined>
  }

  async #plan(
    { folder, source = '', chunk, concurrency, retries, ...fields }: MapFields,
    { signal, onOutcome }: ManyOptions,
  ): Promise<MapPlan> {
    const call = encodeCall({ ...fields, args: [] }, { ceilings: this.#ceilings })
    const { file, tenant } = fields
    const bundle = await this.#code.bundleOf({ folder, source, file, tenant })
    const run: MapPlan['run'] = async (items, ending) => {
      const batch = { ...call, work: { kind: 'batch', items, realms: 'shared' } } as const
      const options = { signal: ending }
      return resultOfBatch(await this.#run({ call: batch, tenant, bundle }, retriesOfBatch(retries), options))
    }
    const { signal: closing } = this.#closing
    return {
      call,
      maxItems: chunk,
      concurrency,
      run,
      signal,
      closing,
      retries,
      onOutcome: harmless(onOutcome, this.#logger),
    }
  }

  /** What is wrong with a folder and what it exports, without running it. @throws `FOLDER_NOT_FOUND`, `INVALID_OPTIONS` */
  check(folder: string, options?: CheckOptions): Promise<FolderCheck> {
    return this.#code.check(folder, options)
  }

  /** The bundles whose runs have killed processes lately, and which of them are refused for a while. */
  circuits(): Circuit[] {
    return this.#sandbox.circuits()
  }

  /** Serves a bundle again at once; `false` if there is nothing to forget. @throws `INVALID_REQUEST` */
  resetCircuit(circuit: CircuitKey): boolean {
    return this.#sandbox.resetCircuit(parse(circuitKeySchema, circuit, 'circuit', 'INVALID_REQUEST'))
  }

  /** Ends all guests; runs under way reject with `CLOSED`. Resolves when no process of theirs is left. */
  close(): Promise<void> {
    this.#closing.abort()
    return this.#sandbox.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
