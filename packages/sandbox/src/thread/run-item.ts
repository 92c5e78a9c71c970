import { Buffer } from 'node:buffer'
import type { Call, ItemReport } from '@isolated-runtime/protocol'
import type { ThreadResult } from './thread-report.ts'
import type { Realm } from '../realm/realm-maker.ts'
import type { CompileTime } from './compile-time.ts'
import { keepShape } from './keep-shapes.ts'
import type { Libraries } from './libraries.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { overCpu } from './over-cpu.ts'
import type { Rejections } from './rejections.ts'
import { runInRealm } from './run-in-realm.ts'
import { RunLog } from './run-log.ts'
import type { BundleScripts } from './script-cache.ts'
import type { StatusBoard } from './status-board.ts'

export interface ItemParts {
  readonly scripts: Pick<BundleScripts, 'load' | 'resolve' | 'constantsJson'>
  readonly libraries: Pick<Libraries, 'instantiate'>
  readonly rejections: Pick<Rejections, 'begin' | 'flush' | 'written'>
  readonly compileTime: Pick<CompileTime, 'take'>
  readonly board: Pick<StatusBoard, 'beginItem' | 'log'>
  /** CPU time of this thread, in milliseconds. */
  readonly cpuMs: () => number
  /** CPU time of this thread since it was last asked, or since the task before. */
  readonly takeCpuMs: () => number
  /** How long the event loop of this thread has waited for something to do, in milliseconds. */
  readonly idleMs: () => number
}

export interface ItemResult {
  readonly result: ThreadResult
  /** An `ItemReport` as JSON of what is known by now, but for the CPU time; see {@link withCpuMs}. */
  readonly report: () => string
  /** Forgets the log. */
  readonly end: () => void
  /** CPU time that went into the item so far. */
  readonly cpuMs: number
  readonly settledAt: number
}

/** An item of a batch. */
export interface BatchItem {
  /** Its place in the batch. */
  readonly item: number
  readonly argsJson: string
  /** Whether the realm goes on as the item before left it. */
  readonly again: boolean
}

/** Runs one item of a batch, to the moment it settles. */
export async function runItem(
  realm: Realm,
  call: Call,
  { item, argsJson, again }: BatchItem,
  { scripts, libraries, board, rejections, compileTime, cpuMs, takeCpuMs, idleMs }: ItemParts,
): Promise<ItemResult> {
  const startedAt = monotonicMs()
  const cpuBefore = cpuMs()
  board.beginItem(item, startedAt, cpuBefore, idleMs())
  const log = new RunLog(call, board.log)
  rejections.begin(log, realm.inside)
  const settled = await runInRealm(realm, { call, argsJson, again }, scripts, log, libraries)
  const compiled = compileTime.take()
  const result = overCpu(call.limits, cpuMs() - cpuBefore - compiled.cpuMs) ?? settled
  const settledAt = monotonicMs()
  const report = (): string =>
    reportOf(result, {
      item,
      wallMs: settledAt - startedAt - compiled.ms,
      logs: log.entries,
      logsDropped: log.dropped,
    })
  return {
    result,
    report,
    cpuMs: takeCpuMs(),
    settledAt,
    // What `keepShape` keeps has this log: a line cut from a large text would keep all of that.
    end: () => (log.entries.length = 0),
  }
}

/** The report of an item with the CPU time that it is charged. */
export function withCpuMs(report: string, cpuMs: number): string {
  return `{"cpuMs":${cpuMs},${report.slice(1)}`
}

/** Each of the reports that there are without its CPU time. */
type Uncharged<Report> = Report extends unknown ? Omit<Report, 'cpuMs'> : never

/** The value is JSON already; put into the text as it is, it is quoted once on its way and not twice. */
function reportOf(
  result: ThreadResult,
  fields: Pick<ItemReport, 'item' | 'wallMs' | 'logs' | 'logsDropped'>,
): string {
  keepShape('result', result)
  keepShape('fields', fields)
  if (result.status !== 'succeeded')
    return JSON.stringify({ ...fields, ...result } satisfies Uncharged<ItemReport>)
  const { valueJson } = result
  const bytesOut = valueJson === undefined ? 0 : Buffer.byteLength(valueJson)
  const report = JSON.stringify(
    keepShape('report', { ...fields, status: 'succeeded', bytesOut } satisfies Uncharged<ItemReport>),
  )
  return valueJson === undefined ? report : `${report.slice(0, -1)},"value":${valueJson}}`
}
