import type { Call } from '@isolated-runtime/protocol'
import { batchMsOf } from '@isolated-runtime/protocol/batch-limits'
import type { ThreadReport } from './thread-report.ts'
import type { Realm } from '../realm/realm-maker.ts'
import { isOrdinary } from './is-ordinary.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { runItem, withCpuMs, type ItemParts } from './run-item.ts'
import type { StatusBoard } from './status-board.ts'

export interface SharedRealmParts extends ItemParts {
  readonly board: Pick<StatusBoard, 'beginItem' | 'noteItem' | 'log'>
}

export interface SharedRealmResult {
  readonly result: ThreadReport['result']
  /** See {@link isOrdinary}. */
  readonly isOrdinary: boolean
}

/**
 * Runs the items of a batch one after the other in one realm, up to the first for which there is no time or whose
 * report finds no room on the board: what is on the board cannot be lost, whatever the next item does.
 */
export async function runSharedRealm(
  realm: Realm,
  call: Call,
  items: readonly string[],
  parts: SharedRealmParts,
): Promise<SharedRealmResult> {
  const endAt = monotonicMs() + batchMsOf('shared', call.limits)
  const reports: string[] = []
  let ordinary = true
  for (const [item, argsJson] of items.entries()) {
    const again = item > 0
    if (again && monotonicMs() > endAt) break
    const { result, ...told } = await runItem(realm, call, { item, argsJson, again }, parts)
    parts.rejections.flush()
    const report = withCpuMs(told.report(), told.cpuMs)
    told.end()
    ordinary &&= isOrdinary(result)
    reports.push(report)
    if (!parts.board.noteItem(report)) break
  }
  return { result: { status: 'reported', reportsJson: `[${reports.join(',')}]` }, isOrdinary: ordinary }
}
