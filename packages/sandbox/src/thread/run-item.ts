import { Buffer } from 'node:buffer'
import type { ItemReport } from '@isolated-runtime/protocol'
import type { Realm } from '../realm/realm-maker.ts'
import { keepShape } from './keep-shapes.ts'
import type { Libraries } from './libraries.ts'
import type { ThreadTask } from './messages.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { runInRealm, type ThreadResult } from './run-in-realm.ts'
import { RunLog } from './run-log.ts'
import type { BundleScripts } from './script-cache.ts'
import type { StatusBoard } from './status-board.ts'

export interface ItemParts {
  readonly scripts: Pick<BundleScripts, 'load' | 'resolve' | 'constantsJson'>
  readonly libraries: Pick<Libraries, 'instantiate'>
  readonly board: Pick<StatusBoard, 'beginItem'>
  /** CPU time of this thread, in milliseconds. */
  readonly cpuMs: () => number
}

export interface ItemResult {
  readonly result: ThreadResult
  /** An `ItemReport` as JSON. */
  readonly report: string
  readonly settledAt: number
}

/**
 * Runs one item of a chunk, to the moment it settles.
 *
 * @param task of the item: with the arguments of that
 * @param again whether the realm goes on as the item before left it
 */
export async function runItem(
  realm: Realm,
  task: ThreadTask,
  { item, again }: { readonly item: number; readonly again: boolean },
  { scripts, libraries, board, cpuMs }: ItemParts,
): Promise<ItemResult> {
  const startedAt = monotonicMs()
  const cpuBefore = cpuMs()
  board.beginItem(item, startedAt, cpuBefore)
  const log = new RunLog(task.maxLogBytes)
  const result = await runInRealm(realm, task, scripts, log, libraries, again)
  const settledAt = monotonicMs()
  const report = reportOf(result, {
    item,
    wallMs: settledAt - startedAt,
    cpuMs: cpuMs() - cpuBefore,
    logs: log.entries,
    logsDropped: log.dropped,
  })
  // What `keepShape` keeps has this log: a line cut from a large text would keep all of that.
  log.entries.length = 0
  return { result, report, settledAt }
}

/** The value is JSON already; put into the text as it is, it is quoted once on its way and not twice. */
function reportOf(
  result: ThreadResult,
  fields: Pick<ItemReport, 'item' | 'wallMs' | 'cpuMs' | 'logs' | 'logsDropped'>,
): string {
  keepShape('result', result)
  keepShape('fields', fields)
  if (result.status !== 'succeeded') return JSON.stringify({ ...fields, ...result } satisfies ItemReport)
  const { valueJson } = result
  const bytesOut = valueJson === undefined ? 0 : Buffer.byteLength(valueJson)
  const report = JSON.stringify(
    keepShape('report', { ...fields, status: 'succeeded', bytesOut } satisfies ItemReport),
  )
  return valueJson === undefined ? report : `${report.slice(0, -1)},"value":${valueJson}}`
}
