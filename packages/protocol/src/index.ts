export { IsolatedRuntimeError, toIsolatedRuntimeError, type SourceProblem } from './isolated-runtime-error.ts'
export { deadlineExceeded, deadlineFields, endedBy, pastDeadline } from './deadline.ts'
export { cancelled, cancelReason } from './cancelled.ts'
export { ERROR_CODES, type ErrorCode, type Fault } from './error-codes.ts'
export {
  encodedOutcomeSchema,
  workResultSchema,
  type BatchResult,
  type EncodedOutcome,
  type Outcome,
  type OutcomeStatus,
  type Unsuccessful,
  type WorkResult,
} from './outcome.ts'
export {
  decodeOutcome,
  decodeOutcomeInSlices,
  outcomeOfCall,
  resultOfBatch,
  valueOf,
} from './decode-outcome.ts'
export {
  decodeRunError,
  encodedRunErrorSchema,
  errorCodeSchema,
  type EncodedErrorFields,
  type EncodedRunError,
  type EncodedThrown,
  type RunError,
  type Thrown,
} from './run-error.ts'
export {
  DEFAULT_CEILINGS,
  HIGHEST_CEILINGS,
  LIMITS,
  limitsSchema,
  partialLimitsSchema,
  refuseOverCeiling,
  withinCeilings,
  resolveLimits,
  type LimitName,
  type Limits,
  type PartialLimits,
} from './limits.ts'
export { usageSchema, type Usage } from './usage.ts'
export { toRunError, unsuccessful } from './unsuccessful.ts'
export { LOG_LEVELS, logEntrySchema, type LogEntry } from './log-entry.ts'
export {
  callFields,
  chosenRunIdSchema,
  encodeCall,
  localRunRequestSchema,
  parseRequest,
  runIdSchema,
  SCHEDULED_RUN_ID_PREFIX,
  sharedCallFields,
  tenantSchema,
  type LocalRunRequest,
} from './run-request.ts'
export type { LogFields } from './log-fields.ts'
export { longestMsOf, MAX_BATCH_BYTES, MAX_BATCH_ITEMS, type WorkKind } from './batch-limits.ts'
export { itemReportsSchema, type ItemReport } from './batch/item-report.ts'
export {
  localMapRequestSchema,
  localMapStreamRequestSchema,
  mapFields,
  mapStreamFields,
  problemOfItem,
  type ArgumentList,
  type LocalMapRequest,
  type LocalMapStreamRequest,
} from './map-request.ts'
export { DEFAULT_KEEP_OUTCOME_MS, keepOutcomeMsSchema } from './keep-outcome.ts'
export {
  endsWithinMs,
  pauseBeforeRetry,
  retriesOfBatch,
  retriesSchema,
  retryFields,
  type Retries,
} from './retries.ts'
export {
  argumentsOf,
  callSchema,
  workKindSchema,
  workSchema,
  type Call,
  type SingleCall,
  type Work,
} from './call.ts'
export { realmKindSchema, type RealmKind } from './realm-kind.ts'
export { RUN_MESSAGE_VERSION, runMessageSchema, startsWithinMs, type RunMessage } from './run-message.ts'
export {
  bundleFilesSchema,
  bundleIdSchema,
  createBundle,
  decodeBundle,
  encodeBundle,
  type Bundle,
  type BundleFile,
  type BundleStore,
} from './bundle.ts'
export { toBundlePath } from './bundle-path.ts'
export { ModulePaths } from './module-paths.ts'
export { encodeConstants, globalsSchema } from './globals.ts'
export { toJson } from './json.ts'
export { parse, parseGuestJson, parseJson } from './parse.ts'
export { expecting, kindOf, shown } from './describe-issue.ts'
export { patternSchema } from './pattern-schema.ts'
export { aliasSchema, bundleReferenceSchema, isBundleId, toAlias } from './alias.ts'
export { ANY_OBJECT, codeFields, DEFAULT_SOURCE_FILE, oneOf, withFile } from './code-fields.ts'
export { builtinOf, whyNoBuiltin } from './node-builtins.ts'
export { MIN_CLIENT_NODE, requireNode } from './node-version.ts'
export { JsonScanner, kindOfJson, type JsonParts } from './json/scan-json.ts'
export { joinReports, splitReports } from './batch/report-texts.ts'
