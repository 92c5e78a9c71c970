import { patternSchema } from '@isolated-runtime/protocol'

/** Whose schedule, and which. */
export interface ScheduleKey {
  readonly tenant: string
  readonly id: string
}

/** The ids of runs hold both, and a time. */
export const MAX_TENANT_AND_ID_CHARS = 112

/** The id of a schedule, unique in its tenant; it holds no "@", so that names made of it can be taken apart. */
export const scheduleIdSchema = patternSchema(
  /^[\w.-]{1,64}$/,
  'a schedule id of up to 64 letters, digits, ".", "_" and "-"',
)

/** The name of a schedule among those of all tenants. */
export function scheduleNameOf({ tenant, id }: ScheduleKey): string {
  return `${tenant}@${id}`
}

/** The id of the run of a schedule that is due at a time: however often it is submitted, it is one run. */
export function scheduledRunIdOf(key: ScheduleKey, dueAt: number): string {
  return `${scheduleNameOf(key)}@${dueAt}`
}

/** The schedule that goes by a name. */
export function parseScheduleName(name: string): ScheduleKey {
  const at = name.lastIndexOf('@')
  return { tenant: name.slice(0, at), id: name.slice(at + 1) }
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

/** The name of the BullMQ queue of the ticks for the runs of a queue, and of what is kept beside it. */
export function tickQueueNameOf(queueName: string): string {
  return `${queueName}-schedules`
}
