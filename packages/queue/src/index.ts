export {
  RunSubmitter,
  type NewRun,
  type RunSubmitterOptions,
  type SubmittedRun,
} from './submit/run-submitter.ts'
export { RunTaker, type CloseTakerOptions, type RunTakerOptions } from './take/run-taker.ts'
export { type HandleOptions, type HandleRun } from './take/process-job.ts'
export { RedisBundleStore, type RedisBundleStoreOptions } from './store/redis-bundle-store.ts'
export { RedisConnection, type RedisConnectionOptions } from './connection/redis-connection.ts'
export { redisUrlSchema } from './connection/redis-url.ts'
export { keyPrefixSchema, queueNameSchema } from './names.ts'
export { Tenants, type TenantUsage } from './admin/tenants.ts'
export { type RunStatus } from './admin/run-status.ts'
export { type TenantPolicy } from './gate/tenant-policy.ts'
export { type Logger } from './logger.ts'
export { AliasCache } from './alias/alias-cache.ts'
export { AliasStore, type AliasKey } from './alias/alias-store.ts'
export { type AliasMove } from './alias/alias-history.ts'
