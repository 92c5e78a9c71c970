import type { ErrorCode } from '@isolated-runtime/protocol'
import type { LastRun } from './last-run.ts'
import type { ScheduleKey } from '../run/schedule-key.ts'
import type { ScheduledRunStatus } from '../replies/run-end.ts'
import type { ScheduleRecord } from './schedule-record.ts'

/** The last run of a schedule. */
export interface ScheduledRun {
  /** What `attach` and `status` take, while the outcome is kept. */
  readonly id: string
  /** When it was due. */
  readonly at: Date
  /**
   * That of its outcome; or `pending` until it has one; `trouble` when the platform gave it up, or could not put it on
   * the queue; `lost` when nobody knows any more.
   */
  readonly status: ScheduledRunStatus
  /** What went wrong; the message is cut after 1,000 characters. */
  readonly error: { readonly code: ErrorCode; readonly message: string } | undefined
}

/** A schedule as it is at one moment. */
export interface Schedule {
  readonly id: string
  readonly tenant: string
  /** The interval in milliseconds, if it is one. */
  readonly everyMs: number | undefined
  /** The cron expression, if it is one. */
  readonly cron: string | undefined
  /** Where the clock hangs that the cron expression goes by. */
  readonly timeZone: string | undefined
  readonly paused: boolean
  /** When it is due next; in the past when no executor was there to see to it; `undefined` when paused or over. */
  readonly nextAt: Date | undefined
  /** The run that was due last. */
  readonly lastRun: ScheduledRun | undefined
}

interface Moment {
  /** When it is due next. */
  readonly nextAt: number | undefined
  readonly lastRun: LastRun | undefined
}

/** What is told of a schedule. */
export function scheduleInfoOf(
  { id, tenant }: ScheduleKey,
  { definition, isPaused, tickAt }: ScheduleRecord,
  { nextAt, lastRun }: Moment,
): Schedule {
  const { timing } = definition
  const isToCome =
    nextAt !== undefined && !isPaused && nextAt > tickAt && nextAt <= (timing.endAt ?? Infinity)
  return {
    id,
    tenant,
    everyMs: timing.kind === 'every' ? timing.everyMs : undefined,
    cron: timing.kind === 'cron' ? timing.cron : undefined,
    timeZone: timing.kind === 'cron' ? timing.timeZone : undefined,
    paused: isPaused,
    nextAt: isToCome ? new Date(nextAt) : undefined,
    lastRun: lastRun && {
      id: lastRun.id,
      at: new Date(lastRun.at),
      status: lastRun.status,
      error: lastRun.error,
    },
  }
}
