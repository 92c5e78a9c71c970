import {
  endsWithinMs,
  isBundleId,
  RUN_MESSAGE_VERSION,
  toAlias,
  type RunMessage,
} from '@isolated-runtime/protocol'
import type { AliasStore } from '../alias/alias-store.ts'
import { fingerprintOf } from '../gate/fingerprint.ts'
import type { Gate } from '../gate/gate.ts'
import type { RunPayloads } from '../payload/run-payloads.ts'
import type { RedisBundleStore } from '../store/redis-bundle-store.ts'
import { enqueueStowed } from '../submit/enqueue-stowed.ts'
import type { StoredRuns } from '../submit/stored-runs.ts'
import { isGoingOn } from './last-run.ts'
import { replyAddressOf, scheduledRunIdOf, type ScheduleKey } from '../run/schedule-key.ts'
import type { ScheduleRecord } from './schedule-record.ts'
import type { ScheduleStore, Tick } from './schedule-store.ts'
import type { TickStore } from './tick-store.ts'

/** A BullMQ queue that runs go to. */
interface RunQueue {
  readonly name: string
  readonly gate: Gate
  readonly runs: StoredRuns
}

export interface TickParts {
  readonly store: ScheduleStore
  readonly ticks: TickStore
  /** The queue that the ticks are named after. */
  readonly queueName: string
  /** Where the runs of a tenant go. */
  readonly queueOf: (tenant: string) => RunQueue
  readonly payloads: RunPayloads
  readonly bundles: RedisBundleStore
  readonly aliases: AliasStore
}

/** Beyond the last moment the run can end: lost executors. */
const SPARE_MS = 3_600_000

/**
 * Submits the run of a tick, if its schedule wants it. The same tick may be taken twice, by two executors or after a
 * crash: the id of its run is the same, and so is the run.
 *
 * @throws what the gate or Redis throw; the tick is to be taken again then
 */
export async function takeTick(key: ScheduleKey, tick: Tick, parts: TickParts): Promise<void> {
  const record = await parts.store.get(key)
  if (record === undefined || record.isPaused || record.generation !== tick.generation) {
    return parts.ticks.follow(key)
  }
  const { timing } = record.definition
  if (tick.dueAt > (timing.endAt ?? Infinity)) return undefined
  switch (await parts.store.claim(key, tick, await claimOptions(key, tick, record, parts))) {
    case 'run':
      return submit(key, tick, record, parts)
    case 'skip':
    case 'paused':
      return undefined
    case 'gone':
    case 'stale':
      return parts.ticks.follow(key)
    default:
      // Another tick came between looking and claiming.
      return takeTick(key, tick, parts)
  }
}

async function claimOptions(
  key: ScheduleKey,
  { dueAt }: Tick,
  { definition, lastRun }: ScheduleRecord,
  { queueOf }: TickParts,
): Promise<{ lastRunId?: string; isSkipped: boolean }> {
  if (definition.overlap === 'allow') return { isSkipped: false }
  const isSame = lastRun?.id === scheduledRunIdOf(key, dueAt)
  const isSkipped =
    lastRun !== undefined && !isSame && (await isGoingOn(key.tenant, lastRun, queueOf(key.tenant).runs))
  return { lastRunId: lastRun?.id ?? '', isSkipped }
}

async function submit(
  key: ScheduleKey,
  { dueAt }: Tick,
  record: ScheduleRecord,
  parts: TickParts,
): Promise<void> {
  const id = scheduledRunIdOf(key, dueAt)
  const queue = parts.queueOf(key.tenant)
  const { bundle: reference, expiresInMs, priority, ...asked } = record.definition.run
  const bundle = await bundleOf(key.tenant, reference, parts.aliases)
  await parts.bundles.keep(bundle, endsWithinMs(asked, expiresInMs) + SPARE_MS)
  const run = { ...asked, id, tenant: key.tenant, bundle }
  const submittedAt = Date.now()
  const message: RunMessage = {
    version: RUN_MESSAGE_VERSION,
    ...run,
    replyTo: replyAddressOf({ ...key, queueName: parts.queueName, runQueueName: queue.name }),
    submittedAt,
    expiresAt: submittedAt + expiresInMs,
  }
  const options = { priority, delayMs: 0, fingerprint: fingerprintOf(run) }
  await enqueueStowed(queue.gate, parts.payloads, message, options)
}

/** The bundle that a schedule runs now. @throws `ALIAS_NOT_FOUND` */
async function bundleOf(tenant: string, reference: string, aliases: AliasStore): Promise<string> {
  if (isBundleId(reference)) return reference
  const [newest] = await aliases.history({ tenant, alias: toAlias(reference) })
  return newest?.bundle ?? reference
}

/** Has the ticks and the bundle of a schedule be there, whether it runs soon or not. */
export async function lookAfter(
  key: ScheduleKey,
  { store, ticks, bundles, aliases }: Pick<TickParts, 'store' | 'ticks' | 'bundles' | 'aliases'>,
): Promise<void> {
  await ticks.follow(key)
  const record = await store.get(key)
  if (record === undefined) return
  const { bundle } = record.definition.run
  if (isBundleId(bundle)) await bundles.keep(bundle)
  else await aliases.keep(await aliases.history({ tenant: key.tenant, alias: toAlias(bundle) }))
}
