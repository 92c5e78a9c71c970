import {
  cancelled,
  deadlineExceeded,
  IsolatedRuntimeError,
  pastDeadline,
  pauseBeforeRetry,
  startsWithinMs,
  toIsolatedRuntimeError,
  unsuccessful,
  type WorkResult,
} from '@isolated-runtime/protocol'
import type { Processed } from '../bullmq/taken-job.ts'
import type { CancelListener } from '../active/cancel-listener.ts'
import { describeHeldBack, expiryOf, remedyOf, type HeldBack } from '../gate/held-back.ts'
import type { Gate } from '../gate/gate.ts'
import type { HandleRun } from '../run/handle-run.ts'
import { jobIdOf, runIdOf } from '../run/run-key.ts'
import type { Logger } from '../logger.ts'
import { parseQueuedRun, type QueuedRun, type RunPayloads } from '../payload/run-payloads.ts'
import { formatTrouble } from '../run/trouble.ts'
import type { ActiveRuns } from '../active/active-runs.ts'
import type { RuleBook } from './rule-book.ts'
import { isTooLate, putOff } from './retry.ts'
import type { TakenRun } from './taken-run.ts'
import { UNMARKED, type RunMarks } from '../active/run-marks.ts'

export interface ProcessRunOptions {
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

/** Carries out a run. @throws platform trouble, told so that the client understands it */
export async function processRun(
  { job }: TakenRun,
  options: ProcessRunOptions,
): Promise<Processed<WorkResult>> {
  const { handle, executor, active, cancels, gate, marks, payloads, rules, logger } = options
  const { id: jobId, attempt } = job
  // Two times of Redis: this machine may have another.
  const queuedMs = Math.max(0, job.takenAt - job.submittedAt)
  using run = active.enter(jobId)
  let mark = UNMARKED
  const over = (outcome: WorkResult): Processed<WorkResult> => {
    const { usage } = outcome
    // A process for guests may have died under it, and then it was begun again.
    const attempts = attempt + mark.moreStarts + Math.max(0, usage.attempts - 1)
    const cpuMs = usage.cpuMs + mark.spentCpuMs
    return { kind: 'over', result: { ...outcome, usage: { ...usage, queuedMs, attempts, cpuMs, executor } } }
  }
  let message: QueuedRun | undefined
  let pauseMs: number | undefined
  let used = { cpuMs: 0, starts: 1 }
  try {
    message = parseMessage(jobId, job.data)
    mark = await cancels.markOf(jobId, attempt)
    if (mark.cancelReason !== undefined) return over(cancelled(mark.cancelReason))
    const leftMs = (message.deadlineMs ?? Infinity) - queuedMs
    if (leftMs <= 0) return over(late())
    // What the gate has given up has no place among the runs of its tenant.
    const expiry = expiryOf(job.name)
    if (expiry !== undefined || isTooLate(message, { queuedMs, attempt, failures: mark.failures }))
      return over(unsuccessful('expired', expired(message, expiry?.heldBack)))
    using _ = run.endIn(leftMs)
    const whole = await payloads.restore(message)
    const handled = handle(whole, { attempt, signal: run.signal, rules: await rules.of(whole.tenant) })
    const outcome = await Promise.race([handled, run.ended])
    if (run.isPastDeadline) return over(late(outcome ?? undefined))
    if (outcome !== undefined) {
      pauseMs = pauseBeforeRetry(message, mark.failures, outcome)
      const { cpuMs, startCpuMs, ruinedCpuMs, attempts } = outcome.usage
      used = { cpuMs: cpuMs + startCpuMs + ruinedCpuMs, starts: attempts }
    }
    if (outcome !== undefined && (pauseMs === undefined || run.cancelReason !== undefined))
      return over(outcome)
  } catch (thrown) {
    if (run.isPastDeadline) return over(late())
    const error = toIsolatedRuntimeError(thrown)
    if (!run.signal.aborted && error.code !== 'CLOSED') {
      pauseMs = message && pauseBeforeRetry(message, mark.failures, error)
      if (pauseMs === undefined) throw new Error(formatTrouble(error.code, error.message), { cause: thrown })
    }
  }
  if (run.cancelReason !== undefined) return over(cancelled(run.cancelReason))
  if (pauseMs === undefined) return { kind: 'hand-back' }
  await putOff(job, { pauseMs, ...used }, { gate, marks, logger })
  return { kind: 'put-off' }
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
