import { queryObjects } from 'node:v8'
import { threadId, workerData, type MessagePort } from 'node:worker_threads'
import type { Call } from '@isolated-runtime/protocol'
import type { ThreadReport } from './thread-report.ts'
import { collectGarbage } from '../engine/collect-garbage.ts'
import { RealmMaker } from '../realm/realm-maker.ts'
import { CompileTime } from './compile-time.ts'
import { EngineCallbacks } from './engine-callbacks.ts'
import { prepareEntropy } from './entropy.ts'
import { eventLoopUtilization } from './event-loop-utilization.ts'
import { isHeapFull, usedHeapMb } from './heap-watch.ts'
import { isOrdinary } from './is-ordinary.ts'
import { keepShape } from './keep-shapes.ts'
import { Libraries } from './libraries.ts'
import { lockDown } from './lock-down.ts'
import { lowerPriority } from './lower-priority.ts'
import {
  BUNDLE_MISSING,
  type FromThread,
  type ThreadAnswer,
  type ThreadData,
  type ThreadTask,
  type ToThread,
  TRIM,
  TRIM_ALL,
} from './messages.ts'
import { monotonicMs } from './monotonic-ms.ts'
import { overCpu } from './over-cpu.ts'
import { ProgressFeed } from './progress-feed.ts'
import { RealmSupply, type RealmLoan } from './realm-supply.ts'
import { Rejections } from './rejections.ts'
import { runInRealm } from './run-in-realm.ts'
import { RunLog } from './run-log.ts'
import { runOwnRealms } from './run-own-realms.ts'
import { runSharedRealm } from './run-shared-realm.ts'
import { ScriptCache, type BundleScripts } from './script-cache.ts'
import { StatusBoard } from './status-board.ts'

const MAX_BUNDLES = 16
const MAX_KEPT_REALMS = 4
/** What some 16 runs leave. For tenants that come back every half a minute, to collect less would cost more than their runs. */
const WORTH_TRIMMING_MB = 4

const onNextTurn = setImmediate
const resolved = Promise.resolve()
// It is called while guest code is on the stack, which may end: see `RunTimers`.
const rejections = new Rejections((flush) => resolved.then(() => onNextTurn(flush)))
const engine = new EngineCallbacks(rejections.note)
const { preludeText, libraries: texts, maxRunsPerRealm, allow } = workerData as ThreadData
// First of all: the rest of its start gives way as well.
lowerPriority()
const realms = new RealmSupply({
  maker: new RealmMaker(preludeText, allow),
  maxKept: MAX_KEPT_REALMS,
  maxRuns: maxRunsPerRealm,
  isHeapFull,
})
const libraries = new Libraries(texts)
const board = new StatusBoard()
const compileTime = new CompileTime(board, () => cpuMs())
const scripts = new ScriptCache(MAX_BUNDLES, compileTime.during)
const threadCpuUsage = process.threadCpuUsage.bind(process)
prepareEntropy()
realms.prepare('fresh')
// Node.js cannot make a warning once the intrinsics are frozen, and `queryObjects` comes with one.
process.emitWarning = () => {}
lockDown()

/** CPU time of this thread up to its last answer, and up to the last item of a batch that it has told of. */
let answeredCpuMs = 0
let itemCpuMs = 0
/** What the heap held when it last gave memory back: nothing, at first, so that the first time is always worth it. */
let trimmedHeapMb = -Infinity

/** Takes runs, one at a time, for as long as the thread lives. */
export function serve(port: MessagePort): Promise<never> {
  const say = (message: FromThread): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    port.postMessage(message)
  }
  port.on('message', (message: ToThread) => {
    if (message === TRIM || message === TRIM_ALL)
      return say({ type: 'trimmed', cpuMs: trim(message === TRIM_ALL) })
    runTask(message, say).then(
      (report) => say({ type: 'report', ...answer(report) }),
      (thrown: unknown) => say({ type: 'failure', failure: String(thrown) }),
    )
  })
  say({ type: 'up', threadId, board: board.buffer, cpuMs: answer('').cpuMs })
  return new Promise(() => {})
}

/** Gives back what the next run can do without, and says how much CPU time that took. */
function trim(all: boolean): number {
  if (all || usedHeapMb() > trimmedHeapMb + WORTH_TRIMMING_MB) {
    realms.dropSpares()
    collectGarbage(queryObjects)
    trimmedHeapMb = usedHeapMb()
  }
  return answer('').cpuMs
}

/** All that the thread has used since its last answer is in this one: what made the realm, and what the guest left behind. */
function answer(report: string): ThreadAnswer {
  const before = answeredCpuMs
  answeredCpuMs = cpuMs()
  return { report, cpuMs: answeredCpuMs - before }
}

/** Runs one task. Resolves with the report as JSON when the thread is at rest; the board has it before that. */
async function runTask(task: ThreadTask, say: (message: FromThread) => void): Promise<string> {
  itemCpuMs = answeredCpuMs
  const bundle = scripts.get(task.bundle) ?? (task.content && scripts.add(task.bundle, task.content))
  if (bundle === undefined) return BUNDLE_MISSING
  const { call } = task
  const { work } = call
  if (work.kind === 'batch' && work.realms === 'own') return runApart(task, work.items, bundle)

  const bootAt = monotonicMs()
  const loan = lend(task)
  const log = new RunLog(
    call,
    board.log,
    task.live === true ? (entry) => say({ type: 'log', entry }) : undefined,
  )
  const progress =
    call.progress === true ? new ProgressFeed((json) => say({ type: 'progress', json })) : undefined
  const startedAt = monotonicMs()
  const cpuBefore = cpuMs()
  board.start(task.seq, startedAt, cpuBefore, idleMs())
  rejections.begin(log, loan.realm.inside)
  compileTime.begin()
  let result: ThreadReport['result']
  let ordinary: boolean
  if (work.kind === 'call') {
    const { argsJson } = work
    const entry = { call, argsJson, again: false, progress }
    const settled = await runInRealm(loan.realm, entry, bundle, log, libraries)
    const ended = overCpu(call.limits, cpuMs() - cpuBefore - compileTime.take().cpuMs) ?? settled
    progress?.end()
    ordinary = isOrdinary(ended)
    result = ended
  } else {
    const parts = { scripts: bundle, libraries, board, rejections, compileTime, cpuMs, takeCpuMs, idleMs }
    const batch = await runSharedRealm(loan.realm, call, work.items, parts)
    result = batch.result
    ordinary = batch.isOrdinary
  }
  const settledAt = monotonicMs()
  const compiledMs = compileTime.ofTaskMs
  const reportOf = (): string =>
    JSON.stringify({
      result,
      logs: log.entries,
      logsDropped: log.dropped,
      compileMs: startedAt - bootAt + compiledMs,
      wallMs: settledAt - startedAt - compiledMs,
    } satisfies ThreadReport)
  let report = reportOf()
  const { written } = rejections
  board.settle(task.seq, settledAt, report)
  await rest()
  // To describe what a promise was rejected with may call the guest: the function has settled whatever comes of that.
  rejections.flush()
  if (rejections.written > written) report = reportOf()
  rejections.end()
  const kept = isUsedAgain(task.call) && ordinary && !bundle.leavesTraces() && realms.takeBack(loan)
  board.rest(task.seq)
  // The next run finds its realm made.
  if (!kept) onNextTurn(() => realms.prepare(task.call.realm))
  return report
}

/** Runs one task that is a batch of items with realms of their own. Resolves as {@link runTask} does. */
async function runApart(task: ThreadTask, items: readonly string[], bundle: BundleScripts): Promise<string> {
  let compileMs = 0
  let kept = true
  const startedAt = monotonicMs()
  board.start(task.seq, startedAt, cpuMs(), idleMs())
  compileTime.begin()
  const result = await runOwnRealms(task.call, items, {
    scripts: bundle,
    libraries,
    board,
    rejections,
    compileTime,
    cpuMs,
    takeCpuMs,
    idleMs,
    lend: () => {
      const bootAt = monotonicMs()
      const loan = lend(task)
      compileMs += monotonicMs() - bootAt
      return loan
    },
    rest,
    giveBack: (loan, ended) => {
      kept = isUsedAgain(task.call) && isOrdinary(ended) && !bundle.leavesTraces() && realms.takeBack(loan)
    },
  })
  const settledAt = monotonicMs()
  const report = JSON.stringify({
    result,
    logs: [],
    logsDropped: 0,
    compileMs: compileMs + compileTime.ofTaskMs,
    wallMs: settledAt - startedAt - compileTime.ofTaskMs,
  } satisfies ThreadReport)
  // Each item has come to rest, and with the last of them all.
  board.settle(task.seq, settledAt, report)
  board.rest(task.seq)
  if (!kept) onNextTurn(() => realms.prepare(task.call.realm))
  return report
}

/** A realm for one run; what V8 calls is of this realm from here on. */
function lend({ call, bundle }: ThreadTask): RealmLoan {
  const loan = realms.lend(call.realm, bundle)
  engine.use(loan.realm.inside)
  return loan
}

/** Whether realms of the kind are; to look for traces in any other would cost another parsing of its modules. */
function isUsedAgain({ realm }: Call): boolean {
  return realm !== 'fresh'
}

/** At rest is: what the guest left in the microtask queue has run out, and the event loop turns. */
function rest(): Promise<void> {
  return new Promise((resolve) => keepShape('turn', onNextTurn(resolve)))
}

/** CPU time that went into an item of a batch: all since this was last asked. */
function takeCpuMs(): number {
  const before = itemCpuMs
  itemCpuMs = cpuMs()
  return itemCpuMs - before
}

/** How long the event loop of this thread has waited for something to do, in milliseconds. */
function idleMs(): number {
  return eventLoopUtilization().idle
}

function cpuMs(): number {
  const { user, system } = threadCpuUsage()
  return (user + system) / 1_000
}
