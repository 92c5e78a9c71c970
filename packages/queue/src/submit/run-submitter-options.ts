import { silentLogger, type Logger } from '../logger.ts'
import { DEFAULT_KEY_PREFIX, DEFAULT_QUEUE_NAME } from '../redis/names.ts'

export interface RunSubmitterOptions {
  /** @default 'runs' */
  readonly queueName?: string
  /** How many shards the queue has, as for its executors. @default 1 */
  readonly shards?: number
  /** What every key starts with. @default 'isolated-runtime' */
  readonly keyPrefix?: string
  /** How long an outcome may be on its way after the last moment the run can end, in milliseconds. @default 5_000 */
  readonly graceMs?: number
  /** How long the reply inbox outlives a client that died, in milliseconds. @default 30_000 */
  readonly leaseMs?: number
  readonly logger?: Logger
}

const DEFAULT_GRACE_MS = 5_000
const DEFAULT_LEASE_MS = 30_000

/** Completes the options. */
export function withDefaults(options: RunSubmitterOptions): Required<RunSubmitterOptions> {
  return {
    queueName: options.queueName ?? DEFAULT_QUEUE_NAME,
    shards: options.shards ?? 1,
    keyPrefix: options.keyPrefix ?? DEFAULT_KEY_PREFIX,
    graceMs: options.graceMs ?? DEFAULT_GRACE_MS,
    leaseMs: options.leaseMs ?? DEFAULT_LEASE_MS,
    logger: options.logger ?? silentLogger,
  }
}
