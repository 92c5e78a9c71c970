export { IsolatedRuntime } from './isolated-runtime.ts'
export type { ListeningManyOptions, ListeningRunOptions } from './listening-run-options.ts'
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
  type ManyOptions,
  type ModuleFunctions,
  type ModuleRequest,
  type NotJson,
  type Outcome,
  type PartialLimits,
  type RunOptions,
  type SourceProblem,
  type Usage,
} from '@isolated-runtime/protocol'
