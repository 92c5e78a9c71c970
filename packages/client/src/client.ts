import {
  cancelReason,
  createModule,
  harmless,
  IsolatedRuntimeError,
  mapPlanned,
  parse,
  parseManyOptions,
  parseRunOptions,
  streamItems,
  unlessCancelled,
  valueOf,
  type ManyOptions,
  type MapPlan,
  type ModuleFunctions,
  type ModuleRequest,
  type Outcome,
  type RunOptions,
} from '@isolated-runtime/protocol'
import {
  RedisConnection,
  RunSubmitter,
  Tenants,
  type Logger,
  type RunStatus,
  type SubmittedRun,
} from '@isolated-runtime/queue'
import type { CheckOptions, FolderCheck } from '@isolated-runtime/bundle'
import type { Aliases } from './aliases.ts'
import { Admin } from './admin.ts'
import { ClientCode } from './client-code.ts'
import type { DeployOptions, Deployment } from './deploy-options.ts'
import { createMapPlan } from './map-plan.ts'
import type { MapRequest, MapStreamRequest } from './map-request.ts'
import { mapRequestSchema, mapStreamRequestSchema } from './map-request.ts'
import { parseClientOptions, type ClientOptions } from './options.ts'
import { ReadyRuns } from './ready-runs.ts'
import { handleOf, outcomesOf, type RunHandle } from './run-handle.ts'
import { runKeyOf, type RunKeyOptions } from './run-key-options.ts'
import type { RunRequest } from './run-request.ts'
import { createBatcher } from './run-batches.ts'
import { RunCalls } from './run-calls.ts'
import { RunSender } from './run-sender.ts'
import { Schedules } from './schedules.ts'

/** Runs functions on a fleet of executors. */
export class Client implements AsyncDisposable {
  /** What operators decide. */
  readonly admin: Admin
  readonly #submitter: RunSubmitter
  readonly #code: ClientCode
  readonly #ready: ReadyRuns
  readonly #sender: RunSender
  readonly #calls: RunCalls
  readonly #schedules: Schedules
  readonly #tenant: string
  readonly #logger: Logger | undefined
  readonly #ending = new AbortController()
  readonly #release: AsyncDisposableStack
  #closing: Promise<void> | undefined

  private constructor(
    options: ReturnType<typeof parseClientOptions>,
    submitter: RunSubmitter,
    tenants: Tenants,
    code: ClientCode,
    schedules: Schedules,
    release: AsyncDisposableStack,
  ) {
    this.admin = new Admin(tenants, submitter)
    this.#submitter = submitter
    this.#code = code
    this.#ready = new ReadyRuns({ code, ...options })
    this.#sender = new RunSender({ submitter, code, logger: options.logger })
    const batcher = options.batching ? createBatcher(this.#sender) : undefined
    const { tenant } = options
    this.#calls = new RunCalls({ ready: this.#ready, sender: this.#sender, batcher, tenant })
    this.#schedules = schedules
    this.#tenant = tenant
    this.#logger = options.logger
    this.#release = release
  }

  /**
   * Connects to the Redis of a fleet. While the client is open it keeps the process alive.
   *
   * @throws `INVALID_OPTIONS` listing every problem, or `REDIS_UNREACHABLE` within `connectTimeoutMs`
   */
  static async connect(clientOptions: ClientOptions): Promise<Client> {
    const options = parseClientOptions(clientOptions)
    const { queue: queueName, keyPrefix, shards, graceMs, logger } = options
    await using stack = new AsyncDisposableStack()
    const connection = stack.use(await RedisConnection.open(options))
    const tenants = new Tenants(connection, { keyPrefix, queueName, shards })
    const code = new ClientCode(connection, { ...options, tenants })
    const submitter = stack.use(
      await RunSubmitter.open(connection, { queueName, keyPrefix, shards, graceMs, logger }),
    )
    const schedules = new Schedules(connection, options, code)
    return new Client(options, submitter, tenants, code, schedules, stack.move())
  }

  /**
   * Calls one exported function of one file, and gives what it returned, awaited.
   *
   * @throws `IsolatedRuntimeError` with a `code`; for `GUEST_ERROR` its name, message and stack are those of the error
   *   the guest threw; for an aborted signal it is `RUN_CANCELLED`
   */
  async run<T = unknown>(request: RunRequest, options?: RunOptions): Promise<T> {
    return valueOf(await this.outcome(request, options)) as T
  }

  /**
   * The same, but whatever the guest does is told as an outcome with logs and usage.
   *
   * @throws `IsolatedRuntimeError` only if the request is at fault or the platform
   */
  async outcome(request: RunRequest, options: RunOptions = {}): Promise<Outcome> {
    const { signal } = parseRunOptions(options)
    return this.#whileOpen(() => this.#calls.outcome(request, signal))
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
  module<Module>(request: ModuleRequest<RunRequest>, options: RunOptions = {}): ModuleFunctions<Module> {
    parseRunOptions(options)
    return createModule<Module, RunRequest>(request, (call) => this.run(call, options))
  }

  /** Puts a run on the queue and does not wait for its outcome. */
  async submit(request: RunRequest, options: RunOptions = {}): Promise<RunHandle> {
    const { signal } = parseRunOptions(options)
    return this.#handle(await this.#whileOpen(() => this.#calls.submit(request, signal)))
  }

  /**
   * Puts different runs on the queue together, and gives a handle of each, in the order of the requests.
   *
   * @throws `IsolatedRuntimeError` if one of the requests is at fault, telling of all that are, before any is on the
   *   queue; or if the platform is
   */
  async submitMany(requests: readonly RunRequest[], options: RunOptions = {}): Promise<RunHandle[]> {
    const { signal } = parseRunOptions(options)
    return this.#submitMany(requests, signal, false)
  }

  /** The same, and gives the outcome of each. @throws as `submitMany` does, and as `outcome()` of a handle */
  async runMany(requests: readonly RunRequest[], options: ManyOptions = {}): Promise<Outcome[]> {
    const { signal, onOutcome } = parseManyOptions(options)
    const handles = await this.#submitMany(requests, signal, true)
    return outcomesOf(handles, harmless(onOutcome, this.#logger))
  }

  /**
   * Calls one exported function with many argument lists, and gives the outcome of each, in their order. The items of a
   * batch are one job, called one after the other in one realm; one that fails fails alone.
   *
   * @throws `IsolatedRuntimeError` only if the request is at fault or the platform
   */
  async map<T = unknown>(request: MapRequest, options: ManyOptions = {}): Promise<Outcome<T>[]> {
    const listening = parseManyOptions(options)
    const { items, ...fields } = parse(mapRequestSchema, request, 'map request', 'INVALID_REQUEST')
    return (await mapPlanned(items, this.#plan(fields, listening), listening)) as Outcome<T>[]
  }

  /**
   * The same for more items than memory holds: they are read as there is room for them, no more than `concurrency` times
   * `chunk` ahead of the outcomes that were consumed. Whoever stops consuming cancels what is under way.
   *
   * @throws when it is consumed, what `map` throws, `RUN_CANCELLED` when aborted, and what the items threw
   */
  async *mapStream<T = unknown>(
    request: MapStreamRequest,
    options: RunOptions = {},
  ): AsyncGenerator<Outcome<T>, void, undefined> {
    const { signal } = parseRunOptions(options)
    const { items, ...fields } = parse(mapStreamRequestSchema, request, 'map request', 'INVALID_REQUEST')
    const plan = await unlessCancelled(this.#plan(fields, { signal }), signal)
    yield* streamItems(items, plan) as AsyncGenerator<Outcome<T>, void, undefined>
  }

  #plan(fields: Parameters<typeof createMapPlan>[0], options: ManyOptions): Promise<MapPlan> {
    const parts = {
      code: this.#code,
      ready: this.#ready,
      sender: this.#sender,
      logger: this.#logger,
      closing: this.#ending.signal,
      options,
    }
    return this.#whileOpen(() => createMapPlan(fields, parts))
  }

  /** A handle on a run of the client's tenant, or of one that is named, while its outcome is kept. @throws `RUN_NOT_FOUND` */
  async attach(id: string, options: RunKeyOptions = {}): Promise<RunHandle> {
    const key = runKeyOf(id, options, this.#tenant)
    this.#refuseIfClosed()
    return this.#handle(await this.#submitter.attach(key))
  }

  /**
   * Cancels a run of the client's tenant, or of one that is named, whether it waits or goes on. Who waits for it gets the
   * outcome `cancelled`, unless it ends at that very moment.
   *
   * @param reason told in the outcome: a text, or an error; a long one is cut
   * @returns `false` for a run that was over
   * @throws `RUN_NOT_FOUND` when the tenant never submitted it or its outcome is no longer kept, or `REDIS_UNREACHABLE`
   */
  async cancel(id: string, reason?: unknown, options: RunKeyOptions = {}): Promise<boolean> {
    const key = runKeyOf(id, options, this.#tenant)
    this.#refuseIfClosed()
    return this.#submitter.cancel(key, cancelReason(reason))
  }

  /**
   * Stores the bundle of a folder ahead of its first run, and moves an alias to it if asked. Deploying what the fleet has
   * costs a look at the folder.
   *
   * @throws `INVALID_REQUEST`, `REDIS_UNREACHABLE`, or what packing throws, such as `BUNDLE_SYNTAX_ERROR`
   */
  async deploy(folder: string, options: DeployOptions = {}): Promise<Deployment> {
    this.#refuseIfClosed()
    return this.#code.deploy(folder, options)
  }

  /** What is wrong with a folder and what it exports, without storing it. @throws `FOLDER_NOT_FOUND`, `INVALID_OPTIONS` */
  check(folder: string, options?: CheckOptions): Promise<FolderCheck> {
    return this.#code.check(folder, options)
  }

  /** The names of bundles: who moved them where, and how to move them. @throws `CLOSED` */
  get aliases(): Aliases {
    this.#refuseIfClosed()
    return this.#code.aliases
  }

  /** Runs by the clock, and how to make them. @throws `CLOSED` */
  get schedules(): Schedules {
    this.#refuseIfClosed()
    return this.#schedules
  }

  /** Where a run of the client's tenant, or of one that is named, is, and what it waits for. @throws `RUN_NOT_FOUND` */
  async status(id: string, options: RunKeyOptions = {}): Promise<RunStatus> {
    const key = runKeyOf(id, options, this.#tenant)
    this.#refuseIfClosed()
    return this.#submitter.status(key)
  }

  /** Leaves Redis. Waits that go on reject with `CLOSED`; the runs themselves go on. */
  close(): Promise<void> {
    this.#ending.abort()
    this.#closing ??= this.#release.disposeAsync()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #handle(run: SubmittedRun): RunHandle {
    return handleOf(run, {
      cancel: (reason) => this.#submitter.cancel(run, reason),
      refuseIfClosed: () => this.#refuseIfClosed(),
    })
  }

  async #submitMany(
    requests: readonly RunRequest[],
    signal: AbortSignal | undefined,
    isAwaited: boolean,
  ): Promise<RunHandle[]> {
    const submitted = await this.#whileOpen(() => this.#calls.submitMany(requests, signal, isAwaited))
    return submitted.map((run) => this.#handle(run))
  }

  /** Whatever fails of a connection fails because it was closed here, if it was. */
  async #whileOpen<T>(act: () => Promise<T>): Promise<T> {
    try {
      this.#refuseIfClosed()
      return await act()
    } catch (error) {
      this.#refuseIfClosed()
      throw error
    }
  }

  #refuseIfClosed(): void {
    if (this.#closing) throw new IsolatedRuntimeError('CLOSED', 'The client is closed: it takes no more runs')
  }
}
