import {
  cancelled,
  deadlineExceeded,
  IsolatedRuntimeError,
  pastDeadline,
  pauseBeforeRetry,
  startsWithinMs,
  toIsolatedRuntimeError,
  unsuccessful,
  type LogEntry,
  type RunMessage,
  type WorkResult,
} from '@isolated-runtime/protocol'
import { WaitingError, type Job } from 'bullmq'
import type { CancelListener } from '../cancel/cancel-listener.ts'
import { describeHeldBack, expiryOf, type HeldBack, remedyOf } from '../gate/held-back.ts'
import type { Gate } from '../gate/gate.ts'
import type { TenantRules } from '../gate/tenant-policy.ts'
import { jobIdOf, runFieldsOf, runIdOf } from '../run-key.ts'
import type { Logger } from '../logger.ts'
import { parseQueuedRun, type QueuedRun, type RunPayloads } from '../payload/run-payloads.ts'
import { formatTrouble } from '../run-result.ts'
import type { ActiveRuns } from './active-runs.ts'
import type { RuleBook } from './rule-book.ts'
import { isTooLate, putOff } from './retry.ts'
import { UNMARKED, type RunMarks } from './run-marks.ts'

export interface HandleOptions {
  /** How often the run was started, this time included. */
  readonly attempt: number
  /** Aborted when the run is cancelled, or starts again elsewhere: nobody waits for the outcome from here then. */
  readonly signal: AbortSignal
  /** What holds for the runs of the tenant, whatever they ask for. */
  readonly rules: TenantRules
  /** Wants each line of the log as it is written. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined
  /** Wants each value that the guest reports. */
  readonly onProgress?: ((value: unknown) => void) | undefined
}

/**
 * Runs a run. Whatever the guest does is an outcome; a rejection is platform trouble, which the client hears of by its
 * code. `CLOSED` means that the run cannot be carried out here any more: it is handed back to the queue.
 */
export type HandleRun = (message: RunMessage, options: HandleOptions) => Promise<WorkResult>

export interface ProcessJobOptions {
  readonly handle: HandleRun
  readonly executor: string
  readonly active: ActiveRuns
  readonly cancels: Pick<CancelListener, 'markOf'>
  readonly gate: Pick<Gate, 'putOff'>
  readonly marks: Pick<RunMarks, 'countFailure'>
  readonly payloads: Pick<RunPayloads, 'restore'>
  readonly rules: Pick<RuleBook, 'of'>
  readonly logger: Logger
}

/** Turns a job into an outcome; what it throws is what BullMQ expects, told so that the client understands it. */
export async function processJob(job: Job, options: ProcessJobOptions): Promise<WorkResult> {
  const { handle, executor, active, cancels, gate, marks, payloads, rules, logger } = options
  const jobId = job.id ?? ''
  // Two times of Redis: this machine may have another.
  const queuedMs = Math.max(0, (job.processedOn ?? job.timestamp) - job.timestamp)
  using run = active.enter(jobId)
  const attempt = job.attemptsStarted
  let mark = UNMARKED
  const account = (outcome: WorkResult): WorkResult => ({
    ...outcome,
    usage: {
      ...outcome.usage,
      queuedMs,
      // A process for guests may have died under it, and then it was begun again.
      attempts: attempt + mark.moreStarts + Math.max(0, outcome.usage.attempts - 1),
      cpuMs: outcome.usage.cpuMs + mark.spentCpuMs,
      executor,
    },
  })
  let message: QueuedRun | undefined
  let pauseMs: number | undefined
  let used = { cpuMs: 0, starts: 1 }
  try {
    message = parseMessage(jobId, job.data)
    mark = await cancels.markOf(jobId, attempt)
    if (mark.cancelReason !== undefined) return account(cancelled(mark.cancelReason))
    const leftMs = (message.deadlineMs ?? Infinity) - queuedMs
    if (leftMs <= 0) return account(late())
    // What the gate has given up has no place among the runs of its tenant.
    const expiry = expiryOf(job.name)
    if (expiry !== undefined || isTooLate(message, { queuedMs, attempt, failures: mark.failures }))
      return account(unsuccessful('expired', expired(message, expiry?.heldBack)))
    using _ = run.endIn(leftMs)
    const whole = await payloads.restore(message)
    const handled = handle(whole, { attempt, signal: run.signal, rules: await rules.of(whole.tenant) })
    const outcome = await Promise.race([handled, run.ended])
    if (run.isPastDeadline) return account(late(outcome ?? undefined))
    if (outcome !== undefined) {
      pauseMs = pauseBeforeRetry(message, mark.failures, outcome)
      const { cpuMs, startCpuMs, ruinedCpuMs, attempts } = outcome.usage
      used = { cpuMs: cpuMs + startCpuMs + ruinedCpuMs, starts: attempts }
    }
    if (outcome !== undefined && (pauseMs === undefined || run.cancelReason !== undefined))
      return account(outcome)
  } catch (thrown) {
    if (run.isPastDeadline) return account(late())
    const error = toIsolatedRuntimeError(thrown)
    if (!run.signal.aborted && error.code !== 'CLOSED') {
      pauseMs = message && pauseBeforeRetry(message, mark.failures, error)
      if (pauseMs === undefined) throw new Error(formatTrouble(error.code, error.message), { cause: thrown })
    }
  }
  if (run.cancelReason !== undefined) return account(cancelled(run.cancelReason))
  return pauseMs === undefined
    ? handBack(job, logger)
    : putOff(job, { pauseMs, ...used }, { gate, marks, logger })
}

async function handBack(job: Job, logger: Logger): Promise<never> {
  try {
    await job.moveToWait(job.token)
  } catch (error) {
    // The lock may be lost, and then somebody else gives the run back.
    logger.debug(
      { event: 'run.hand-back-failed', err: error, ...runFieldsOf(job.id ?? '') },
      'Could not return a run to the queue; its lease expires',
    )
  }
  throw new WaitingError()
}

function parseMessage(jobId: string, data: unknown): QueuedRun {
  const message = parseQueuedRun(data, `run "${runIdOf(jobId)}"`)
  if (jobIdOf(message) === jobId) return message
  throw new IsolatedRuntimeError(
    'INVALID_MESSAGE',
    `Invalid job "${jobId}": its message is that of run "${message.id}" of tenant "${message.tenant}"`,
  )
}

/** The outcome of a run at its deadline; what it came to meanwhile counts, if it came to an end by itself. */
function late(outcome?: WorkResult): WorkResult {
  const isOver = outcome !== undefined && outcome.status !== 'cancelled'
  return isOver ? outcome : pastDeadline(deadlineExceeded(), outcome)
}

function expired(run: QueuedRun, heldBack: HeldBack | undefined): IsolatedRuntimeError {
  const waitedMs = startsWithinMs(run)
  const message =
    heldBack === undefined
      ? `No executor took run "${run.id}" within ${waitedMs} ms; add executors, or raise "expiresInMs"`
      : `Run "${run.id}" was held back for ${waitedMs} ms, ${describeHeldBack(heldBack)}; ${remedyOf(heldBack.cap)}, or raise "expiresInMs"`
  return new IsolatedRuntimeError('RUN_EXPIRED', message)
}
