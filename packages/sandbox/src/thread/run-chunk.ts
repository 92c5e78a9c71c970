import type { Realm } from '../realm/realm-maker.ts'
import { isOrdinary } from './is-ordinary.ts'
import type { ThreadChunk, ThreadTask } from './messages.ts'
import { monotonicMs } from './monotonic-ms.ts'
import type { ThreadResult } from './run-in-realm.ts'
import { runItem, withCpuMs, type ItemParts } from './run-item.ts'
import type { StatusBoard } from './status-board.ts'

export interface ChunkParts extends ItemParts {
  readonly board: Pick<StatusBoard, 'beginItem' | 'noteItem' | 'log'>
}

export interface ChunkResult {
  readonly result: ThreadResult
  /** See {@link isOrdinary}. */
  readonly isOrdinary: boolean
}

/**
 * Runs the items of a chunk one after the other in one realm, up to the first for which there is no time or whose
 * report finds no room on the board: what is on the board cannot be lost, whatever the next item does.
 */
export async function runChunk(
  realm: Realm,
  task: ThreadTask,
  { items, chunkMs }: ThreadChunk,
  parts: ChunkParts,
): Promise<ChunkResult> {
  const endAt = monotonicMs() + chunkMs
  const reports: string[] = []
  let ordinary = true
  for (const [item, argsJson] of items.entries()) {
    const again = item > 0
    if (again && monotonicMs() > endAt) break
    const { result, ...told } = await runItem(realm, { ...task, argsJson }, { item, again }, parts)
    parts.rejections.flush()
    const report = withCpuMs(told.report(), told.cpuMs)
    told.end()
    ordinary &&= isOrdinary(result)
    reports.push(report)
    if (!parts.board.noteItem(report)) break
  }
  return { result: { status: 'succeeded', valueJson: `[${reports.join(',')}]` }, isOrdinary: ordinary }
}
