export { IsolatedRuntime } from './isolated-runtime.ts'
export type { RunOptions } from './run-options.ts'
export type { IsolatedRuntimeOptions } from './options.ts'
export {
  ERROR_CODES,
  IsolatedRuntimeError,
  LIMITS,
  type ErrorCode,
  type LocalRunRequest,
  type LogEntry,
  type Outcome,
  type PartialLimits,
  type Usage,
} from '@isolated-runtime/protocol'
