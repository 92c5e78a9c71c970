import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisClient } from './redis-client.ts'
import { isReplicaNow } from './redis-refusal.ts'
import type { RedisAddress } from './redis-url.ts'

export interface CreateClientOptions {
  readonly connectTimeoutMs: number
  /** Whether a connection that is lost is made again. */
  readonly mayReconnect: () => boolean
}

/** A peer that is gone without a word is found out by this; longer than any blocking read. */
const SOCKET_TIMEOUT_MS = 20_000
const MAX_RECONNECT_DELAY_MS = 1_000
/** Whoever takes the place of a master that is a replica now may need some time for it. */
const NEW_MASTER_DELAY_MS = 250
/** ioredis: connect again, and send the command again. */
const SEND_AGAIN = 2
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
  if (address.kind === 'server') return createSingle(address.url, { ...shared, retryStrategy })
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

/** After a failover the same address may lead to another server, while this connection still leads to the old one. */
function createSingle(url: string, options: RedisOptions): Redis {
  let isOnReplica = false
  return new Redis(url, {
    ...options,
    lazyConnect: true,
    reconnectOnError: (error) => {
      if (!isReplicaNow(error)) return false
      isOnReplica = true
      return SEND_AGAIN
    },
    retryStrategy: (times) => {
      const delayMs = options.retryStrategy?.(times)
      if (!isOnReplica || typeof delayMs !== 'number') return delayMs
      isOnReplica = false
      return Math.max(delayMs, NEW_MASTER_DELAY_MS)
    },
  })
}
