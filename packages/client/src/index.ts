export type { Admin } from './admin.ts'
export { Client } from './client.ts'
export type { RunHandle } from './run-handle.ts'
export type { RunStatus, TenantPolicy, TenantUsage } from '@isolated-runtime/queue'
export type { Aliases, AliasOptions, MoveAliasOptions, RollbackAliasOptions } from './aliases.ts'
export type { Schedules, ScheduleOptions } from './schedules.ts'
export type { ScheduleRequest } from './schedule-request.ts'
export type { DeployOptions, Deployment } from './deploy-options.ts'
export type { CheckOptions, FolderCheck } from '@isolated-runtime/bundle'
export type { ClientOptions } from './options.ts'
export type { MapRequest, MapStreamRequest } from './map-request.ts'
export type { RunKeyOptions } from './run-key-options.ts'
export type { RunRequest } from './run-request.ts'
export {
  ERROR_CODES,
  IsolatedRuntimeError,
  LIMITS,
  type ArgumentList,
  type ErrorCode,
  type LogEntry,
  type Outcome,
  type PartialLimits,
  type SourceProblem,
  type Usage,
} from '@isolated-runtime/protocol'
export type { AliasMove, Schedule, ScheduledRun } from '@isolated-runtime/queue'
export type {
  ManyOptions,
  ModuleFunctions,
  ModuleRequest,
  NotJson,
  RunOptions,
} from '@isolated-runtime/runtime'
