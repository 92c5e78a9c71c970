export { findRedis, type FindRedisOptions, type RedisSource } from './redis/find-redis.ts'
export { RedisServer, type RedisServerOptions } from './redis/redis-server.ts'
export { useRedisCluster, type SuiteCluster } from './redis/use-redis-cluster.ts'
export { useRedis, type SuiteRedis } from './redis/use-redis.ts'
export { boundToParent } from './process/bound-to-parent.ts'
export {
  startProcess,
  type ProcessExit,
  type StartedProcess,
  type StartProcessOptions,
} from './process/start-process.ts'
export { shiftedClock, type ShiftedClock } from './process/shifted-clock.ts'
export { freePort } from './free-port.ts'
export { guestFolder } from './guest-folder.ts'
export { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts'
export { latch, type Latch } from './latch.ts'
export { Random } from './random.ts'
export { TcpProxy, type TcpTarget } from './tcp-proxy.ts'
export { NO_NAMES, NO_OPTIONS, NO_REQUESTS, refusalsOf, type WrongInput } from './wrong-input.ts'
