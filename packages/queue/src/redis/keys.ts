import { escapeName } from './names.ts'

/*
 * Every key in Redis, spelled once. All start with the key prefix of the installation.
 *
 *     bundle:ID, bundles-of:T, aliases:T, payload:NAME, inbox:CLIENT, shards:QUEUE
 *     QUEUE:…             BullMQ's own, by the name of a queue or shard, and beside them `gate`, `gate:…`, `live:…`, `quarantine`
 *     QUEUE-schedules:…   of the schedules of a queue
 *
 * Scripts are given one key, such as that of the queue, and make the others of it: a queue named `{runs}` has all of them on
 * one node of a cluster. A test holds what they write to the lists below.
 */

/** The key of a stored bundle. */
export function bundleKey(keyPrefix: string, id: string): string {
  return `${keyPrefix}:bundle:${id}`
}

/** The key of the hash that tells what the stored bundles of a tenant come to. */
export function bundlesOfKey(keyPrefix: string, tenant: string): string {
  return `${keyPrefix}:bundles-of:${escapeName(tenant)}`
}

/** The key of the hash that holds the aliases of a tenant. */
export function aliasesKey(keyPrefix: string, tenant: string): string {
  return `${keyPrefix}:aliases:${escapeName(tenant)}`
}

/** The key of what a job is too small to carry. */
export function payloadKey(keyPrefix: string, name: string): string {
  return `${keyPrefix}:payload:${name}`
}

/** The key of the stream that carries outcomes to one client. */
export function inboxKey(keyPrefix: string, client: string): string {
  return `${keyPrefix}:inbox:${client}`
}

/** The key that says how many shards a queue has. */
export function shardsKey(keyPrefix: string, queueName: string): string {
  return `${keyPrefix}:shards:${queueName}`
}

/** What all keys of a BullMQ queue start with, without the colon. */
export function queueKeyOf(keyPrefix: string, queueName: string): string {
  return `${keyPrefix}:${queueName}`
}

/** The key of the hash that holds the job of a run. */
export function jobKey(queueKey: string, jobId: string): string {
  return `${queueKey}:${jobId}`
}

/** What scripts use of BullMQ's keys, each after the key of the queue and a colon. */
export const BULLMQ_KEYS = [
  'wait',
  'active',
  'paused',
  'delayed',
  'prioritized',
  'completed',
  'failed',
  'marker',
  'meta',
  'events',
  'stalled',
  'stalled-check',
] as const

/**
 * The keys of the gate, each after the key of the queue and `:gate:`; most hold something for each tenant. Beside them, the
 * hash `gate` holds the virtual time, the count of enqueues, the slots of the fleet, why it takes no more runs, how often the
 * first of `ready` was passed over, how long outcomes are kept, and by how much the clock of the queue is ahead of Redis'.
 */
export const GATE_KEYS = [
  /** `line:T`: the runs of tenant T that wait, by priority, then by age. */
  'line',
  /** Tenants whose first waiting run may start, by its start tag. */
  'ready',
  /** Tenants that may start a run again at that time. */
  'wake',
  /** The finish tag of the last run of each tenant that is not in `ready`. */
  'tags',
  /** Runs given to BullMQ and not over, by when that was last checked: "tenant/job". */
  'flying',
  /** How many of those each tenant has. */
  'running',
  /** The same as `flying`, of runs that executors settle as expired and do not run. */
  'expired',
  /** Jobs that executors have, by until when they count as alive. */
  'leases',
  /** Delayed runs, by when they are due: "tenant/job". */
  'due',
  /** Runs that wait, by when they expire: "tenant/job". */
  'expiry',
  /** How many runs wait or are delayed, by tenant. */
  'queued',
  /** How many bytes these have, by tenant. */
  'bytes',
  /** `bucket:T`: tokens of the rate limit, of CPU time, and of CPU time for what its runs ruin. */
  'bucket',
  /** The fleet's default caps; `policy:T`: a tenant's own. */
  'policy',
  /** There for as long as executors take to see that `rules` has changed. */
  'changed',
  /** What holds for the runs of each tenant, as JSON; of '' for all. */
  'rules',
  /** When each executor was last heard of. */
  'executors',
  /** The slots of each executor; one that has nothing to do does not write them again. */
  'slots',
  /** The places of executors on the ring: "number executor", by place. */
  'homes',
  /** How many slots of each executor have no run, less those that were given to it; of those that take what they are given. */
  'open',
  /** `given:E`: runs that were given to executor E, and that it has not taken. */
  'given',
  /** `mark:E`: there when something was given to executor E that waits for it. */
  'mark',
  /** `near:E`: tenants in the order that are at home with executor E or had their last run there, by start tag. */
  'near',
  /** `usage:T:H`: what T used in hour H since 1970. */
  'usage',
] as const

export type GateKey = (typeof GATE_KEYS)[number]

/** A key of the gate that holds something for all tenants. */
export function gateKey(queueKey: string, name: GateKey): string {
  return `${queueKey}:gate:${name}`
}

/** The key of the set that an executor waits for, which takes runs by a list of its own. */
export function homeMarkKey(queueKey: string, executor: string): string {
  return `${gateKey(queueKey, 'mark')}:${executor}`
}

/** The key of the caps of a tenant, or of the fleet's default for `undefined`. */
export function policyKey(queueKey: string, tenant: string | undefined): string {
  const key = gateKey(queueKey, 'policy')
  return tenant === undefined ? key : `${key}:${escapeName(tenant)}`
}

/** The key of what a tenant used in an hour since 1970. */
export function usageKey(queueKey: string, tenant: string, hour: number): string {
  return `${gateKey(queueKey, 'usage')}:${escapeName(tenant)}:${hour}`
}

/**
 * Keys that are there only while an executor has something to do: a run waits, is held back, goes on or is to be tried
 * again, or the rules of tenants have just changed.
 */
export function calmKeys(queueKey: string): string[] {
  return [
    ...(['wait', 'active', 'delayed'] as const).map((name) => `${queueKey}:${name}`),
    ...(['wake', 'due', 'expiry', 'flying', 'expired', 'ready', 'tags', 'queued', 'changed'] as const).map(
      (name) => gateKey(queueKey, name),
    ),
  ]
}

/** What is told of a run while it goes on, each in a stream of its own, so that none crowds out the other. */
export type LiveKind = 'logs' | 'progress'

/** The key of such a stream; with the keys of its queue, and so on the same node of a cluster. */
export function liveKey(queueKey: string, kind: LiveKind, jobId: string): string {
  return `${queueKey}:live:${kind}:${jobId}`
}

/** The channel on which executors hear of runs that are to be cancelled. */
export function cancelChannel(queueKey: string): string {
  return `${queueKey}:cancel`
}

/** What all keys of the schedules of a queue start with, without the colon. */
export function schedulesKeyOf(keyPrefix: string, queueName: string): string {
  return `${queueKeyOf(keyPrefix, queueName)}-schedules`
}

/** The keys of schedules, each after {@link schedulesKeyOf} and a colon; `lua/parts/schedules.lua` says what they hold. */
export const SCHEDULE_KEYS = ['all', 'due', 'held', 'wake', 'record'] as const

export function scheduleKey(
  schedulesKey: string,
  name: Exclude<(typeof SCHEDULE_KEYS)[number], 'record'>,
): string {
  return `${schedulesKey}:${name}`
}

/** The key of the hash that holds one schedule. */
export function scheduleRecordKey(schedulesKey: string, scheduleName: string): string {
  return `${schedulesKey}:record:${scheduleName}`
}
