/** Who has to act: the author of the guest code, whoever called, or the operator of the platform. */
export type Fault = 'guest' | 'caller' | 'platform'

interface ErrorCodeEntry {
  readonly fault: Fault
  /** Whether the same call may succeed later without being changed. */
  readonly retryable: boolean
  readonly summary: string
}

/** Every code an error or an outcome can carry. `docs/reference/errors.md` has a section for each. */
export const ERROR_CODES = {
  // The guest's code did this.
  GUEST_ERROR: guest('The guest function threw'),
  RESULT_NOT_JSON: guest('The result holds something JSON cannot carry'),
  RESULT_TOO_LARGE: guest('The result is over its limit'),
  TIMED_OUT: guest('The run was still going at its time limit'),
  CPU_TIME_EXCEEDED: guest('The run used more CPU time than its limit'),
  OUT_OF_MEMORY: guest('The run needed more memory than its limit'),
  CRASHED: guest('The process that ran the guest died under it'),
  BUNDLE_CIRCUIT_OPEN: guest('The bundle killed too many processes and is refused for a while', true),

  // The request is not one that can be carried out.
  INVALID_REQUEST: caller('The request has unknown, missing or malformed fields'),
  INVALID_OPTIONS: caller('The options or the environment are malformed'),
  ARGUMENTS_NOT_JSON: caller('The arguments or the context hold something JSON cannot carry'),
  ARGUMENTS_TOO_LARGE: caller('The arguments and the context are over their limit'),
  FOLDER_NOT_FOUND: caller('The folder of guest code is not there'),
  FILE_NOT_FOUND: caller('The bundle holds no such file'),
  EXPORT_NOT_FOUND: caller('The file exports nothing by that name'),
  EXPORT_NOT_FUNCTION: caller('The export is there but is no function'),
  BUNDLE_TOO_LARGE: caller('The folder is over the limit of bytes or files'),
  BUNDLE_FILE_REFUSED: caller('The folder holds something that cannot be bundled'),
  BUNDLE_SYNTAX_ERROR: caller('A file of the folder does not parse'),
  BUNDLE_MODULE_NOT_FOUND: caller('A file of the folder imports what cannot be found'),
  BUNDLE_HOOK_FAILED: caller('A hook for packing threw, took too long, or gave what it must not'),
  BUNDLE_NOT_FOUND: caller('No bundle with that id is stored'),
  ALIAS_NOT_FOUND: caller('The tenant has no alias by that name'),
  RUN_ID_TAKEN: caller('Another run goes by that id'),
  TENANT_STORAGE_FULL: caller('The bundles of the tenant take as much room as they may'),
  TENANT_SCHEDULES_FULL: caller('The tenant has as many schedules as it may'),
  TENANT_QUEUE_FULL: caller('The tenant has as many runs waiting as it may', true),
  SCHEDULE_NOT_FOUND: caller('The tenant has no schedule with that id'),
  RUN_NOT_FOUND: caller('No run with that id is known'),
  RUN_CANCELLED: caller('The run was cancelled'),
  DEADLINE_EXCEEDED: caller('The call was not over within its deadline', true),
  CLOSED: caller('The runtime or client was closed'),

  // The platform failed, or what it stands on.
  FLEET_OVERLOADED: platform('The fleet takes no more runs for now', true),
  REDIS_UNREACHABLE: platform('Redis does not answer, or takes no writes', true),
  RUN_EXPIRED: platform('No executor took the run in time', true),
  PAYLOAD_LOST: platform('What a run kept beside its job is gone', true),
  RUN_LOST: platform('The queue no longer knows the run', true),
  RUN_GIVEN_UP: platform('The run has lost its executor too often', false),
  WAIT_TIMED_OUT: platform('No outcome was seen by the deadline of the wait', true),
  BUNDLE_CORRUPT: platform('A stored bundle does not match its id', false),
  INVALID_MESSAGE: platform('A message between parts of the platform is malformed', false),
  SANDBOX_FAILED: platform('The sandbox could not be started or did not answer', true),
  NODE_TOO_OLD: platform('This Node.js is older than the one needed', false),
  INTERNAL: platform('Something happened that should not be possible', false),
} as const satisfies Record<string, ErrorCodeEntry>

export type ErrorCode = keyof typeof ERROR_CODES

function guest(summary: string, retryable = false): ErrorCodeEntry {
  return { fault: 'guest', retryable, summary }
}

function caller(summary: string, retryable = false): ErrorCodeEntry {
  return { fault: 'caller', retryable, summary }
}

function platform(summary: string, retryable: boolean): ErrorCodeEntry {
  return { fault: 'platform', retryable, summary }
}
