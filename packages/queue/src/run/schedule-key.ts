import { patternSchema, SCHEDULED_RUN_ID_PREFIX } from '@isolated-runtime/protocol'
import { joinNames, splitNames } from '../redis/names.ts'

/** Whose schedule, and which. */
export interface ScheduleKey {
  readonly tenant: string
  readonly id: string
}

/** The id of a schedule, unique in its tenant. */
export const scheduleIdSchema = patternSchema(
  /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,128}$/u,
  'a schedule id of 1 to 128 characters without line breaks and other control characters',
)

/** The name of a schedule among those of all tenants. */
export function scheduleNameOf({ tenant, id }: ScheduleKey): string {
  return joinNames(tenant, id)
}

/** Where the names of the schedules of a tenant begin and end, in the order of their bytes, as Redis wants it. */
export function namesOf(tenant: string): [from: string, to: string] {
  const first = scheduleNameOf({ tenant, id: '' })
  return [`[${first}`, `(${first.slice(0, -1)}0`]
}

/**
 * The id of the run of a schedule that is due at a time, among the runs of its tenant: however often it is submitted, it is
 * one run. No caller can choose such an id, so none can take it ahead.
 */
export function scheduledRunIdOf({ id }: ScheduleKey, dueAt: number): string {
  return `${SCHEDULED_RUN_ID_PREFIX}${id}@${dueAt}`
}

/** The schedule that goes by a name. */
export function parseScheduleName(name: string): ScheduleKey {
  const [tenant = '', id = ''] = splitNames(name) ?? []
  return { tenant, id }
}

const REPLY_TO = 'schedule:'

/** A schedule of a queue. */
export interface ScheduleAddress extends ScheduleKey {
  /** The queue that its ticks are named after. */
  readonly queueName: string
  /** The BullMQ queue that its runs go to. */
  readonly runQueueName: string
}

/** Where the runs of a schedule reply to, in place of a client. */
export function replyAddressOf({ queueName, runQueueName, ...key }: ScheduleAddress): string {
  return `${REPLY_TO}${queueName}:${runQueueName}:${scheduleNameOf(key)}`
}

/** The schedule that a run replies to; `undefined` when it was not submitted by one. */
export function scheduleOfReply(replyTo: string): ScheduleAddress | undefined {
  if (!replyTo.startsWith(REPLY_TO)) return undefined
  const [, queueName = '', runQueueName = '', name = ''] = replyTo.split(':')
  return { queueName, runQueueName, ...parseScheduleName(name) }
}
