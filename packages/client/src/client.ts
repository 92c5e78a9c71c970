import type { CheckOptions, FolderCheck } from '@isolated-runtime/bundle'
import { cancelReason } from '@isolated-runtime/protocol'
import {
  ReleaseStack,
  RedisConnection,
  RunSubmitter,
  Tenants,
  type RunStatus,
  type SubmittedRun,
} from '@isolated-runtime/queue'
import {
  manyOptionsSchema,
  parseOptions,
  Runtime,
  runOptionsSchema,
  type RunOptions,
  type RuntimeTypes,
} from '@isolated-runtime/runtime'
import type { Aliases } from './aliases.ts'
import { Admin } from './admin.ts'
import { ClientCode } from './client-code.ts'
import type { DeployOptions, Deployment } from './deploy-options.ts'
import {
  mapRequestSchema,
  mapStreamRequestSchema,
  type MapRequest,
  type MapStreamRequest,
} from './map-request.ts'
import { parseClientOptions, type ClientOptions } from './options.ts'
import { RedisTransport, type ParsedRunRequest } from './redis-transport.ts'
import { handleOf, type RunHandle } from './run-handle.ts'
import { runKeyOf, type RunKeyOptions } from './run-key-options.ts'
import { runRequestSchema, type RunRequest } from './run-request.ts'
import type { ReadyRun } from './run-sender.ts'
import { Schedules } from './schedules.ts'

const schemas = {
  request: runRequestSchema,
  map: mapRequestSchema,
  mapStream: mapStreamRequestSchema,
  runOptions: runOptionsSchema,
  manyOptions: manyOptionsSchema,
}

/** How callers of a client write requests. */
export interface ClientTypes extends RuntimeTypes {
  readonly request: RunRequest
  readonly mapRequest: MapRequest
  readonly mapStreamRequest: MapStreamRequest
}

interface ClientParts {
  readonly options: ReturnType<typeof parseClientOptions>
  readonly submitter: RunSubmitter
  readonly tenants: Tenants
  readonly code: ClientCode
  readonly schedules: Schedules
  readonly release: AsyncDisposable
}

/** Runs functions on a fleet of executors. */
export class Client extends Runtime<ClientTypes, ParsedRunRequest, ReadyRun, SubmittedRun> {
  /** What operators decide. */
  readonly admin: Admin
  readonly #submitter: RunSubmitter
  readonly #code: ClientCode
  readonly #schedules: Schedules
  readonly #tenant: string

  private constructor({ options, submitter, tenants, code, schedules, release }: ClientParts) {
    const transport = new RedisTransport({ options, submitter, code, release })
    super({ transport, schemas, logger: options.logger })
    this.admin = new Admin(tenants, submitter)
    this.#submitter = submitter
    this.#code = code
    this.#schedules = schedules
    this.#tenant = options.tenant
  }

  /**
   * Connects to the Redis of a fleet. While the client is open it keeps the process alive.
   *
   * @throws `INVALID_OPTIONS` listing every problem, or `REDIS_UNREACHABLE` within `connectTimeoutMs`
   */
  static async connect(clientOptions: ClientOptions): Promise<Client> {
    const options = parseClientOptions(clientOptions)
    const { queue: queueName, keyPrefix, shards, graceMs, logger } = options
    await using stack = new ReleaseStack()
    const connection = stack.use(await RedisConnection.open(options))
    const tenants = new Tenants(connection, { keyPrefix, queueName, shards })
    const code = new ClientCode(connection, { ...options, tenants })
    const submitter = stack.use(
      await RunSubmitter.open(connection, { queueName, keyPrefix, shards, graceMs, logger }),
    )
    const schedules = new Schedules(connection, options, code)
    return new Client({ options, submitter, tenants, code, schedules, release: stack.move() })
  }

  /** Puts a run on the queue and does not wait for its outcome. */
  async submit(request: RunRequest, options: RunOptions = {}): Promise<RunHandle> {
    const { signal } = parseOptions(runOptionsSchema, options)
    return this.#handle(await this.sendOne(request, signal))
  }

  /**
   * Puts different runs on the queue together, and gives a handle of each, in the order of the requests.
   *
   * @throws `IsolatedRuntimeError` if one of the requests is at fault, telling of all that are, before any is on the
   *   queue; or if the platform is
   */
  async submitMany(requests: readonly RunRequest[], options: RunOptions = {}): Promise<RunHandle[]> {
    const sent = await this.sendMany(requests, parseOptions(runOptionsSchema, options), false)
    return sent.map((run) => this.#handle(run))
  }

  /** A handle on a run of the client's tenant, or of one that is named, while its outcome is kept. @throws `RUN_NOT_FOUND` */
  async attach(id: string, options: RunKeyOptions = {}): Promise<RunHandle> {
    const key = runKeyOf(id, options, this.#tenant)
    this.refuseIfClosed()
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
    this.refuseIfClosed()
    return this.#submitter.cancel(key, cancelReason(reason))
  }

  /**
   * Stores the bundle of a folder ahead of its first run, and moves an alias to it if asked. Deploying what the fleet has
   * costs a look at the folder.
   *
   * @throws `INVALID_REQUEST`, `REDIS_UNREACHABLE`, or what packing throws, such as `BUNDLE_SYNTAX_ERROR`
   */
  async deploy(folder: string, options: DeployOptions = {}): Promise<Deployment> {
    this.refuseIfClosed()
    return this.#code.deploy(folder, options)
  }

  /** What is wrong with a folder and what it exports, without storing it. @throws `FOLDER_NOT_FOUND`, `INVALID_OPTIONS` */
  check(folder: string, options?: CheckOptions): Promise<FolderCheck> {
    return this.#code.check(folder, options)
  }

  /** The names of bundles: who moved them where, and how to move them. @throws `CLOSED` */
  get aliases(): Aliases {
    this.refuseIfClosed()
    return this.#code.aliases
  }

  /** Runs by the clock, and how to make them. @throws `CLOSED` */
  get schedules(): Schedules {
    this.refuseIfClosed()
    return this.#schedules
  }

  /** Where a run of the client's tenant, or of one that is named, is, and what it waits for. @throws `RUN_NOT_FOUND` */
  async status(id: string, options: RunKeyOptions = {}): Promise<RunStatus> {
    const key = runKeyOf(id, options, this.#tenant)
    this.refuseIfClosed()
    return this.#submitter.status(key)
  }

  /** Leaves Redis. Waits that go on reject with `CLOSED`; the runs themselves go on. */
  override close(): Promise<void> {
    return super.close()
  }

  #handle(run: SubmittedRun): RunHandle {
    return handleOf(run, {
      cancel: (reason) => this.#submitter.cancel(run, reason),
      refuseIfClosed: () => this.refuseIfClosed(),
    })
  }
}
