import type { Cluster, Redis } from 'ioredis'

/** What commands are given to: one server, or a cluster, where those of one call must have one slot. */
export type RedisClient = Redis | Cluster
