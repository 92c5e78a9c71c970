import { randomUUID } from 'node:crypto'
import {
  cancelled,
  cancelReason,
  createModule,
  encodeCall,
  IsolatedRuntimeError,
  parse,
  parseRequest,
  runIdSchema,
  valueOf,
  type Bundle,
  type EncodedOutcome,
  type ModuleFunctions,
  type ModuleRequest,
  type Outcome,
} from '@isolated-runtime/protocol'
import {
  RedisConnection,
  RunSubmitter,
  Tenants,
  type NewRun,
  type RunStatus,
  type SubmittedRun,
} from '@isolated-runtime/queue'
import type { Aliases } from './aliases.ts'
import { cancelOnAbort } from './cancel-on-abort.ts'
import { ClientCode } from './client-code.ts'
import type { DeployOptions, Deployment } from './deploy-options.ts'
import { parseClientOptions, type ClientOptions } from './options.ts'
import { handleOf, type RunHandle } from './run-handle.ts'
import { parseRunOptions, type RunOptions } from './run-options.ts'
import { runRequestSchema, type RunRequest } from './run-request.ts'

/** Runs functions on a fleet of executors. */
export class Client implements AsyncDisposable {
  /** What operators decide. */
  readonly admin: { readonly tenants: Tenants }
  readonly #options: ReturnType<typeof parseClientOptions>
  readonly #submitter: RunSubmitter
  readonly #code: ClientCode
  readonly #release: AsyncDisposableStack
  #closing: Promise<void> | undefined

  private constructor(
    connection: RedisConnection,
    options: ReturnType<typeof parseClientOptions>,
    submitter: RunSubmitter,
    code: ClientCode,
    release: AsyncDisposableStack,
  ) {
    this.admin = {
      tenants: new Tenants(connection, { keyPrefix: options.keyPrefix, queueName: options.queue }),
    }
    this.#options = options
    this.#submitter = submitter
    this.#code = code
    this.#release = release
  }

  /**
   * Connects to the Redis of a fleet. While the client is open it keeps the process alive.
   *
   * @throws `INVALID_OPTIONS` listing every problem, or `REDIS_UNREACHABLE` within `connectTimeoutMs`
   */
  static async connect(clientOptions: ClientOptions): Promise<Client> {
    const options = parseClientOptions(clientOptions)
    const { redis, queue: queueName, keyPrefix, connectTimeoutMs, graceMs, packing, logger } = options
    await using stack = new AsyncDisposableStack()
    const connection = stack.use(await RedisConnection.open({ redis, connectTimeoutMs, logger }))
    const code = new ClientCode(connection, { keyPrefix, tenant: tenantOf(options), packing, logger })
    const submitter = stack.use(
      await RunSubmitter.open(connection, { queueName, keyPrefix, graceMs, logger }),
    )
    return new Client(connection, options, submitter, code, stack.move())
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
  async outcome(request: RunRequest, options?: RunOptions): Promise<Outcome> {
    return (await this.submit(request, options)).outcome()
  }

  /**
   * The functions of a guest's file, typed by that file:
   * `module<typeof import('./modules/discount.ts')>({ folder: './modules', file: 'discount.ts' })`. Each call is a run
   * of its own.
   *
   * @param request what all the runs have in common: all of a request but `funcName`, `args` and `id`
   * @throws `INVALID_REQUEST`; a call rejects as `run` does
   */
  module<Module>(request: ModuleRequest<RunRequest>): ModuleFunctions<Module> {
    return createModule<Module, RunRequest>(request, (call) => this.run(call))
  }

  /** Puts a run on the queue and does not wait for its outcome. */
  async submit(request: RunRequest, options: RunOptions = {}): Promise<RunHandle> {
    try {
      return await this.#submit(request, parseRunOptions(options))
    } catch (error) {
      // Whatever failed of the connection failed because it was closed here.
      this.#refuseIfClosed()
      throw error
    }
  }

  async #submit(request: RunRequest, { signal }: RunOptions): Promise<RunHandle> {
    const {
      folder,
      source,
      bundle: reference,
      id,
      expiresInMs = this.#options.expiresInMs,
      delayMs,
      priority,
      ...fields
    } = parseRequest(runRequestSchema, request)
    const { tenant = tenantOf(this.#options), file } = fields
    const call = encodeCall({ ...fields, tenant })
    this.#refuseIfClosed()
    const where = { folder, source, bundle: reference, file }
    const code = await this.#code.find(where, { tenant, waitMs: expiresInMs + (delayMs ?? 0) })
    const run: NewRun = {
      ...call,
      id: id ?? randomUUID(),
      isNamed: id !== undefined,
      delayMs,
      priority,
      bundle: code.id,
      expiresInMs,
    }
    if (signal?.aborted === true) return this.#handle(run.id, Promise.resolve(cancelledBy(signal)))
    const submitted = await this.#submitter.submit(run)
    const outcome = code.packed
      ? this.#withBundle(code.packed, run, submitted.outcome, signal)
      : submitted.outcome
    const cancel = (reason: string): Promise<boolean> => this.#submitter.cancel(run.id, reason)
    if (signal) cancelOnAbort({ signal, outcome, cancel, logger: this.#options.logger })
    return this.#handle(run.id, outcome)
  }

  /**
   * A handle on a run that was submitted anywhere, while its outcome is kept.
   *
   * @throws `RUN_NOT_FOUND`
   */
  async attach(id: string): Promise<RunHandle> {
    const runId = parse(runIdSchema, id, 'run id', 'INVALID_REQUEST')
    this.#refuseIfClosed()
    const { outcome } = await this.#submitter.attach(runId)
    return this.#handle(runId, outcome)
  }

  /**
   * Cancels a run that was submitted anywhere, whether it waits or goes on. Who waits for it gets the outcome
   * `cancelled`, unless it ends at that very moment.
   *
   * @param reason told in the outcome: a text, or an error; a long one is cut
   * @returns `false` for a run that was over
   * @throws `RUN_NOT_FOUND` when it was never submitted or its outcome is no longer kept, or `REDIS_UNREACHABLE`
   */
  async cancel(id: string, reason?: unknown): Promise<boolean> {
    const runId = parse(runIdSchema, id, 'run id', 'INVALID_REQUEST')
    this.#refuseIfClosed()
    return this.#submitter.cancel(runId, cancelReason(reason))
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

  /** The names of bundles: who moved them where, and how to move them. @throws `CLOSED` */
  get aliases(): Aliases {
    this.#refuseIfClosed()
    return this.#code.aliases
  }

  /**
   * Where a run is, and what it waits for.
   *
   * @throws `RUN_NOT_FOUND`
   */
  async status(id: string): Promise<RunStatus> {
    const runId = parse(runIdSchema, id, 'run id', 'INVALID_REQUEST')
    this.#refuseIfClosed()
    return this.#submitter.status(runId)
  }

  /** Leaves Redis. Waits that go on reject with `CLOSED`; the runs themselves go on. */
  close(): Promise<void> {
    this.#closing ??= this.#release.disposeAsync()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
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
    await this.#code.redeploy(bundle)
    if (signal?.aborted === true) return cancelledBy(signal)
    const again = await this.#submitter.resubmit(run)
    return again.outcome
  }

  #handle(id: string, outcome: Promise<EncodedOutcome>): RunHandle {
    return handleOf(id, outcome, (reason) => this.#submitter.cancel(id, reason))
  }

  #refuseIfClosed(): void {
    if (this.#closing) throw new IsolatedRuntimeError('CLOSED', 'The client is closed: it takes no more runs')
  }
}

function tenantOf({ tenant = 'default' }: Pick<ClientOptions, 'tenant'>): string {
  return tenant
}

function cancelledBy(signal: AbortSignal): EncodedOutcome {
  return cancelled(cancelReason(signal.reason), { attempts: 0 })
}
