import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisClient } from './redis-client.ts'
import type { RedisAddress } from './redis-url.ts'

export interface CreateClientOptions {
  readonly connectTimeoutMs: number
  /** Whether a connection that is lost is made again. */
  readonly mayReconnect: () => boolean
}

/** A peer that is gone without a word is found out by this; longer than any blocking read. */
const SOCKET_TIMEOUT_MS = 20_000
const MAX_RECONNECT_DELAY_MS = 1_000
/** A node that does not tell in time which node has which slots; the next one is asked then. */
const SLOTS_TIMEOUT_MS = 2_000
/** Two nodes that disagree for a while about who has a slot are not to be asked in a tight loop. */
const MOVED_DELAY_MS = 20

/** Makes a client that dials when it is told to. Commands outlast lost connections, and failovers of a cluster. */
export function createClient(address: RedisAddress, options: CreateClientOptions): RedisClient {
  const { connectTimeoutMs, mayReconnect } = options
  const retryStrategy = (times: number): number | null =>
    mayReconnect() ? Math.min(25 * 2 ** Math.min(times, 16), MAX_RECONNECT_DELAY_MS) : null
  const shared: RedisOptions = {
    connectTimeout: connectTimeoutMs,
    socketTimeout: SOCKET_TIMEOUT_MS,
    maxRetriesPerRequest: null,
  }
  if (address.kind === 'server')
    return new Redis(address.url, { ...shared, lazyConnect: true, retryStrategy })
  const { nodes, isTls, username, password } = address
  return new Cluster([...nodes], {
    lazyConnect: true,
    clusterRetryStrategy: retryStrategy,
    maxRedirections: Infinity,
    retryDelayOnMoved: MOVED_DELAY_MS,
    slotsRefreshTimeout: SLOTS_TIMEOUT_MS,
    // Certificates are for names, not for what they resolve to.
    ...(isTls && { dnsLookup: (host, found) => found(null, host) }),
    redisOptions: { ...shared, username, password, ...(isTls && { tls: {} }) },
  })
}
