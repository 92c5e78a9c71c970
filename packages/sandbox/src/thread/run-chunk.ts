import { Buffer } from 'node:buffer'
import type { ItemReport } from '@isolated-runtime/protocol'
import type { Realm } from '../realm/realm-maker.ts'
import { isOrdinary } from './is-ordinary.ts'
import type { Libraries } from './libraries.ts'
import type { ThreadTask } from './messages.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { runInRealm, type ThreadResult } from './run-in-realm.ts'
import { RunLog } from './run-log.ts'
import type { BundleScripts } from './script-cache.ts'
import type { StatusBoard } from './status-board.ts'

export interface ChunkParts {
  readonly scripts: Pick<BundleScripts, 'load' | 'resolve' | 'constantsJson'>
  readonly libraries: Pick<Libraries, 'instantiate'>
  readonly board: Pick<StatusBoard, 'beginItem' | 'noteItem'>
  /** CPU time of this thread, in milliseconds. */
  readonly cpuMs: () => number
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
  { items, chunkMs }: NonNullable<ThreadTask['chunk']>,
  { scripts, libraries, board, cpuMs }: ChunkParts,
): Promise<ChunkResult> {
  const endAt = monotonicMs() + chunkMs
  const reports: string[] = []
  let ordinary = true
  for (const [item, argsJson] of items.entries()) {
    const startedAt = monotonicMs()
    if (item > 0 && startedAt > endAt) break
    const cpuBefore = cpuMs()
    board.beginItem(item, startedAt, cpuBefore)
    const log = new RunLog(task.maxLogBytes)
    const result = await runInRealm(realm, { ...task, argsJson }, scripts, log, libraries, item > 0)
    ordinary &&= isOrdinary(result)
    const report = reportOf(result, {
      item,
      wallMs: monotonicMs() - startedAt,
      cpuMs: cpuMs() - cpuBefore,
      logs: log.entries,
      logsDropped: log.dropped,
    })
    reports.push(report)
    if (!board.noteItem(report)) break
  }
  return { result: { status: 'succeeded', valueJson: `[${reports.join(',')}]` }, isOrdinary: ordinary }
}

/** The value is JSON already; put into the text as it is, it is quoted once on its way and not twice. */
function reportOf(
  result: ThreadResult,
  fields: Pick<ItemReport, 'item' | 'wallMs' | 'cpuMs' | 'logs' | 'logsDropped'>,
): string {
  if (result.status !== 'succeeded') return JSON.stringify({ ...fields, ...result } satisfies ItemReport)
  const { valueJson } = result
  const bytesOut = valueJson === undefined ? 0 : Buffer.byteLength(valueJson)
  const report = JSON.stringify({ ...fields, status: 'succeeded', bytesOut } satisfies ItemReport)
  return valueJson === undefined ? report : `${report.slice(0, -1)},"value":${valueJson}}`
}
