export { IsolatedRuntime } from './isolated-runtime.ts'
export type { CheckOptions, FolderCheck } from '@isolated-runtime/bundle'
export type { IsolatedRuntimeOptions } from './options.ts'
export type { Circuit, CircuitKey, Isolation } from '@isolated-runtime/sandbox'
export {
  ERROR_CODES,
  IsolatedRuntimeError,
  LIMITS,
  type ErrorCode,
  type ArgumentList,
  type LocalMapRequest,
  type LocalMapStreamRequest,
  type LocalRunRequest,
  type LogEntry,
  type Outcome,
  type PartialLimits,
  type SourceProblem,
  type Usage,
} from '@isolated-runtime/protocol'
export type {
  ListeningManyOptions,
  ListeningRunOptions,
  ManyOptions,
  ModuleFunctions,
  ModuleRequest,
  NotJson,
  RunOptions,
} from '@isolated-runtime/runtime'
