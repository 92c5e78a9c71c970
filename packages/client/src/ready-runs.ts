import { randomUUID } from 'node:crypto'
import { encodeCall, endsWithinMs, IsolatedRuntimeError } from '@isolated-runtime/protocol'
import type { z } from 'zod'
import type { ClientCode } from './client-code.ts'
import type { runRequestSchema } from './run-request.ts'
import type { ReadyCall } from './run-sender.ts'

export interface ReadyRunsOptions {
  readonly code: Pick<ClientCode, 'find'>
  /** Who the code belongs to, where a request does not say. */
  readonly tenant: string
  /** How long a run may wait for an executor, where a request does not say, in milliseconds. @default 60_000 */
  readonly expiresInMs?: number | undefined
}

export interface MakeRunOptions {
  /** Whether the call waits for the run, so that it fails early while no executor is on the queue. @default false */
  readonly isAwaited?: boolean
  /** When the call is to be over, by `performance.now()`. */
  readonly deadlineAt?: number | undefined
}

/** How long a run may wait for an executor where nobody says, in milliseconds. */
export const DEFAULT_EXPIRES_IN_MS = 60_000
/** How long a call waits for an executor while there is none, where nobody says how long it may. */
const WITHOUT_EXECUTOR_MS = 10_000

/** Makes runs of what callers ask for, and sees to it that the fleet has their code. */
export class ReadyRuns {
  readonly #options: ReadyRunsOptions

  constructor(options: ReadyRunsOptions) {
    this.#options = options
  }

  /** @throws `INVALID_REQUEST`, or what finding and packing the code throws */
  async make(
    request: z.output<typeof runRequestSchema>,
    { isAwaited = false, deadlineAt }: MakeRunOptions = {},
  ): Promise<ReadyCall> {
    const {
      folder,
      source,
      bundle: reference,
      id = randomUUID(),
      expiresInMs: askedMs = this.#options.expiresInMs,
      delayMs,
      deadlineMs: _,
      priority,
      retries,
      keepOutcomeMs,
      live,
      exposeRunId = false,
      ...fields
    } = request
    const { tenant = this.#options.tenant, file } = fields
    const expiresInMs = askedMs ?? DEFAULT_EXPIRES_IN_MS
    const withoutExecutorMs =
      isAwaited && askedMs === undefined ? (delayMs ?? 0) + WITHOUT_EXECUTOR_MS : undefined
    const context = exposeRunId ? withRunId(fields.context, id) : fields.context
    const call = encodeCall({ ...fields, context })
    const where = { folder, source, bundle: reference, file }
    // From now on: every retry needs the code as well.
    const waitMs = endsWithinMs({ call, retries }, expiresInMs + (delayMs ?? 0))
    const code = await this.#options.code.find(where, { tenant, waitMs })
    const run = {
      call,
      tenant,
      id,
      isNamed: request.id !== undefined,
      delayMs,
      priority,
      retries,
      keepOutcomeMs,
      live,
      bundle: code.id,
      alias: code.alias,
      expiresInMs,
      deadlineAt,
      withoutExecutorMs,
    }
    return { call, run, packed: code.packed }
  }
}

/** @throws `INVALID_REQUEST` if the context has a global of that name already */
function withRunId(context: Readonly<Record<string, unknown>> = {}, runId: string): Record<string, unknown> {
  if (Object.hasOwn(context, 'runId')) {
    throw new IsolatedRuntimeError(
      'INVALID_REQUEST',
      'Invalid run request: "exposeRunId" makes the global "runId", and "context" has one of that name; rename it',
    )
  }
  return { ...context, runId }
}
