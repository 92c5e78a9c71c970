export { Runtime, type RuntimeTypes } from './runtime.ts'
export type {
  Batching,
  PrepareOptions,
  ReadyCall,
  ReadyRun,
  SendOptions,
  SentRun,
  Transport,
} from './transport.ts'
export { outcomeOf } from './calls.ts'
export { outcomeUnlessEnded, unlessEnded } from './call/call-end.ts'
export { Batcher } from './coalesce/batcher.ts'
export type { BatchTiming, WaitingRuns } from './coalesce/similar-runs.ts'
export type { ModuleFunctions } from './module/module-functions.ts'
export type { ModuleRequest } from './module/module-proxy.ts'
export type { NotJson } from './module/not-json.ts'
export {
  listeningManyOptionsSchema,
  listeningRunOptionsSchema,
  manyOptionsSchema,
  parseOptions,
  runOptionsSchema,
  type ListeningManyOptions,
  type ListeningRunOptions,
  type ManyOptions,
  type RunOptions,
} from './call/run-options.ts'
