import { setTimeout } from 'node:timers/promises'
import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import {
  readFleetLoad,
  RedisBundleStore,
  RedisConnection,
  RunTaker,
  ScheduleTaker,
  type HandleRun,
  type Logger,
} from '@isolated-runtime/queue'
import { Sandbox, type CellUserLevel } from '@isolated-runtime/sandbox'
import { BundleCache } from './bundle-cache.ts'
import type { ExecutorConfig } from './config.ts'
import { startHealthServer } from './health-server.ts'
import { Metrics } from './metrics/metrics.ts'
import { nodeBuild } from './protection/node-build.ts'
import { protectionOf, requireProtection, type Protection } from './protection/protection.ts'
import { lookAround } from './protection/surroundings.ts'
import { Readiness } from './readiness.ts'
import { createRunHandler } from './run-handler.ts'

/** Of the grace, what handing back runs and taking leave of Redis may take. */
const LEAVE_MS = 2_000
const LATE = 'late'
/** Prometheus gives up after ten seconds, unless told otherwise. */
const LOAD_TIMEOUT_MS = 1_000

function counted(handle: HandleRun, metrics: Metrics): HandleRun {
  return async (message, options) => {
    const outcome = await handle(message, options)
    metrics.ended(outcome)
    return outcome
  }
}

/** @throws `INVALID_OPTIONS` */
function requireOwnUsers(level: CellUserLevel): void {
  if (level.kind === 'own') return
  throw new IsolatedRuntimeError(
    'INVALID_OPTIONS',
    `Guests would run as the user of the executor, and CELL_USERS is "required". ${level.reason}`,
  )
}

interface ExecutorParts {
  readonly port: number
  readonly cellUser: CellUserLevel
  readonly protection: Protection
  readonly taker: RunTaker
  readonly readiness: Readiness
  readonly config: Pick<ExecutorConfig, 'drainGraceMs'>
  readonly logger: Logger
  readonly release: AsyncDisposableStack
}

/**
 * Takes runs off the queue and runs them in a sandbox.
 *
 *     starting ──▶ ready ──close()──▶ draining ──▶ closed
 */
export class Executor implements AsyncDisposable {
  /** The port of the health checks. */
  readonly port: number
  /** As whom guests run. */
  readonly cellUser: CellUserLevel
  /** What keeps guests in their place around the sandbox, as of the start. */
  readonly protection: Protection
  readonly #taker: RunTaker
  readonly #readiness: Readiness
  readonly #config: Pick<ExecutorConfig, 'drainGraceMs'>
  readonly #logger: Logger
  readonly #release: AsyncDisposableStack
  #closing: Promise<void> | undefined

  private constructor({
    port,
    cellUser,
    protection,
    taker,
    readiness,
    config,
    logger,
    release,
  }: ExecutorParts) {
    this.port = port
    this.cellUser = cellUser
    this.protection = protection
    this.#taker = taker
    this.#readiness = readiness
    this.#config = config
    this.#logger = logger
    this.#release = release
  }

  /**
   * Starts an executor; it takes runs when the promise is fulfilled.
   *
   * @throws `REDIS_UNREACHABLE`, `SANDBOX_FAILED`, or `INVALID_OPTIONS` when the port is taken, the queue has another
   *   number of shards, cells cannot have users of their own and have to, or less protection is in force than is required
   */
  static async start(config: ExecutorConfig, logger: Logger): Promise<Executor> {
    const { host, keyPrefix, queueName, shards } = config
    const { slots, cellMemoryMb, maxCells, threadsPerCell, spareCells } = config
    const { isolation, allow, circuitBreaker, firstCellUid } = config
    const readiness = new Readiness()
    // What is opened last is closed first: runs drain before the sandbox ends, and the health checks tell of it.
    await using stack = new AsyncDisposableStack()
    const told: { metrics?: Metrics } = {}
    const server = { host, port: config.port, readiness, metrics: () => told.metrics }
    const { port } = stack.use(await startHealthServer(server))
    const connection = stack.use(await RedisConnection.open({ redis: config.redisUrl, logger }))
    const sandbox = stack.use(
      Sandbox.start({
        slots,
        cellMemoryMb,
        maxCells,
        threadsPerCell,
        spareCells,
        isolation,
        allow,
        circuitBreaker,
        firstCellUid,
        logger,
      }),
    )
    if (config.cellUsers === 'required') requireOwnUsers(sandbox.cellUser)
    await sandbox.ready()
    const protection = protectionOf(lookAround(sandbox.cellUser), nodeBuild())
    requireProtection(protection, config.requireProtection)
    const queue = { keyPrefix, queueName, shards }
    const metrics = new Metrics({
      queue: queueName,
      slots: sandbox.slots,
      running: () => taker.activeRuns,
      protection,
      readLoad: () => readFleetLoad(connection, { ...queue, timeoutMs: LOAD_TIMEOUT_MS }),
    })
    told.metrics = metrics
    const bundles = new BundleCache(new RedisBundleStore(connection, { keyPrefix }), config.bundleCacheBytes)
    const taker = RunTaker.start(connection, {
      executor: config.name,
      slots: sandbox.slots,
      handle: counted(createRunHandler({ sandbox, bundles, ceilings: config.ceilings }), metrics),
      ...queue,
      keepOutcomeMs: config.keepOutcomeMs,
      maxKeptOutcomes: config.maxKeptOutcomes,
      overload: config.overload,
      logger,
    })
    stack.defer(() => taker.close({ graceMs: config.drainGraceMs }))
    await taker.ready()
    const schedules = stack.use(ScheduleTaker.start(connection, { ...queue, logger }))
    await schedules.ready()
    readiness.ready(connection, taker, sandbox, protection)
    const { cellUser } = sandbox
    return new Executor({
      port,
      cellUser,
      protection,
      taker,
      readiness,
      config,
      logger,
      release: stack.move(),
    })
  }

  /** How many runs are under way. */
  get activeRuns(): number {
    return this.#taker.activeRuns
  }

  /**
   * Takes no more runs, lets those under way finish until two seconds before the end of the grace, and hands the others back to
   * the queue. Settles within the grace, or two seconds if that is less.
   */
  close(): Promise<void> {
    this.#readiness.draining()
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { drainGraceMs } = this.#config
    // First: where Redis stands still, whatever else is closed may wait for it, and the runs are not to wait for that.
    this.#taker.close({ graceMs: Math.max(0, drainGraceMs - LEAVE_MS) }).catch(() => undefined)
    const closed = this.#release.disposeAsync()
    closed.catch(() => undefined)
    const timer = new AbortController()
    const late = setTimeout(Math.max(drainGraceMs, LEAVE_MS), LATE, { signal: timer.signal }).catch(
      () => undefined,
    )
    const first = await Promise.race([closed, late])
    timer.abort()
    if (first === LATE)
      this.#logger.warn(
        { event: 'executor.close-timeout', drainGraceMs },
        'Closed without waiting for Redis: the drain grace is over',
      )
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
