import type { PackOptions } from '@isolated-runtime/bundle'
import { MIN_CLIENT_NODE, parse, requireNode, tenantSchema } from '@isolated-runtime/protocol'
import {
  DEFAULT_KEY_PREFIX,
  DEFAULT_QUEUE_NAME,
  keyPrefixSchema,
  loggerSchema,
  queueNameSchema,
  redisUrlSchema,
  shardsSchema,
  type Logger,
} from '@isolated-runtime/queue'
import { z } from 'zod'

const milliseconds = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)

/** How long a run may wait for an executor, in milliseconds. */
export const expiresInMsSchema = milliseconds

const optionsSchema = z.strictObject({
  redis: redisUrlSchema,
  tenant: tenantSchema.default('default'),
  queue: queueNameSchema.default(DEFAULT_QUEUE_NAME),
  keyPrefix: keyPrefixSchema.default(DEFAULT_KEY_PREFIX),
  shards: shardsSchema.default(1),
  connectTimeoutMs: milliseconds.optional(),
  commandTimeoutMs: milliseconds.optional(),
  expiresInMs: expiresInMsSchema.optional(),
  graceMs: milliseconds.optional(),
  batching: z.boolean().default(true),
  // Parsed by the package that packs.
  packing: z.looseObject({}).optional(),
  logger: loggerSchema.optional(),
})

export interface ClientOptions {
  /**
   * The Redis that the executors use: `redis://user:password@host:port/db`, or `rediss://…` for TLS. Of a cluster, some
   * of its nodes: `redis+cluster://user:password@host1:port,host2:port`, or `rediss+cluster://…`.
   */
  readonly redis: string
  /** Who the code belongs to, where a request does not say. @default 'default' */
  readonly tenant?: string
  /** The queue that the executors take runs from. @default 'runs' */
  readonly queue?: string
  /** What every key in Redis starts with; that of the executors. @default 'isolated-runtime' */
  readonly keyPrefix?: string
  /**
   * How many BullMQ queues the runs lie on, by their tenants, up to 64; that of the executors. Several spread the load
   * over a Redis Cluster. @default 1
   */
  readonly shards?: number
  /** How long the first connection may take, in milliseconds. @default 5_000 */
  readonly connectTimeoutMs?: number
  /**
   * How long Redis may take to answer, in milliseconds. What it has not answered by then is `REDIS_UNREACHABLE`, such as a
   * run that it did not take. @default 12_000
   */
  readonly commandTimeoutMs?: number
  /**
   * How long a run may wait for an executor, where a request does not say, in milliseconds. @default 60_000; 10_000 for
   * calls that wait for their outcome while no executor is on the queue
   */
  readonly expiresInMs?: number
  /** How long an outcome may be on its way after the last moment a run can end, in milliseconds. @default 5_000 */
  readonly graceMs?: number
  /**
   * Whether runs of one function travel together when many are under way and each takes less than four milliseconds. Each
   * keeps a realm, limits and an outcome of its own; should one of them take long for once, up to 63 others wait for it.
   * @default true
   */
  readonly batching?: boolean
  /** How large a folder may be. */
  readonly packing?: PackOptions
  /** Silent by default. */
  readonly logger?: Logger
}

/** @throws `NODE_TOO_OLD`, or `INVALID_OPTIONS` listing every problem */
export function parseClientOptions(options: ClientOptions): z.output<typeof optionsSchema> {
  requireNode(MIN_CLIENT_NODE)
  return parse(optionsSchema, options, 'client options', 'INVALID_OPTIONS')
}
