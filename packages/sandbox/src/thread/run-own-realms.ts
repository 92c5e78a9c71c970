import type { Call } from '@isolated-runtime/protocol'
import { batchMsOf } from '@isolated-runtime/protocol/batch-limits'
import type { ThreadReport, ThreadResult } from './thread-report.ts'
import { monotonicMs } from './monotonic-ms.ts'
import type { RealmLoan } from './realm-supply.ts'
import { runItem, withCpuMs, type ItemParts } from './run-item.ts'
import type { StatusBoard } from './status-board.ts'

export interface OwnRealmsParts extends ItemParts {
  readonly board: Pick<StatusBoard, 'beginItem' | 'noteItem' | 'settleItem' | 'restItem' | 'log'>
  /** Gives the realm for one item; what V8 calls is of this realm from then on. */
  readonly lend: () => RealmLoan
  /** Resolves when what the guest left in the microtask queue has run out, and the event loop turns. */
  readonly rest: () => Promise<void>
  /** Takes the realm of an item at rest back, or drops it. */
  readonly giveBack: (loan: RealmLoan, result: ThreadResult) => void
}

/**
 * Runs the items of a batch one after the other, each as a single run: in a realm of its own, and to the moment that
 * nothing of it goes on. Up to the first for which there is no time or whose report finds no room on the board, as
 * for any batch. An item that never comes to rest is left to the cell, which has its report by the board.
 */
export async function runOwnRealms(
  call: Call,
  items: readonly string[],
  parts: OwnRealmsParts,
): Promise<ThreadReport['result']> {
  const { board, rejections, lend, rest, giveBack, takeCpuMs } = parts
  let endAt = Infinity
  const reports: string[] = []
  for (const [item, argsJson] of items.entries()) {
    if (item > 0 && monotonicMs() > endAt) break
    const loan = lend()
    // A run begins when its realm is there.
    if (item === 0) endAt = monotonicMs() + batchMsOf('own', call.limits)
    const settled = await runItem(loan.realm, call, { item, argsJson, again: false }, parts)
    let report = settled.report()
    const { written } = rejections
    const hasRoom = board.noteItem(withCpuMs(report, settled.cpuMs))
    board.settleItem(item, settled.settledAt)
    await rest()
    rejections.flush()
    if (rejections.written > written) report = settled.report()
    settled.end()
    giveBack(loan, settled.result)
    board.restItem(item)
    reports.push(withCpuMs(report, settled.cpuMs + takeCpuMs()))
    if (!hasRoom) break
  }
  return { status: 'reported', reportsJson: `[${reports.join(',')}]` }
}
