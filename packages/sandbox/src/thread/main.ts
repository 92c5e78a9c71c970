import { parentPort, threadId } from 'node:worker_threads'
import { createRealm, type Realm } from '../realm/realm.ts'
import { EngineCallbacks } from './engine-callbacks.ts'
import { lockDown } from './lock-down.ts'
import type { ThreadReport } from '../cell/thread-report.ts'
import type { ThreadRest, ThreadTask } from './messages.ts'
import { RunClock } from './run-clock.ts'
import { runInRealm } from './run-in-realm.ts'
import { RunLog } from './run-log.ts'
import { ScriptCache } from './script-cache.ts'

const MAX_BUNDLES = 16

const engine = new EngineCallbacks()
const scripts = new ScriptCache(MAX_BUNDLES)
const { cpuMs, monotonicMs, onNextTurn, post } = takeTools()
let spare: Realm | undefined = createRealm()
lockDown()

/** Runs one task. Resolves when the thread is at rest; the report was posted before that. */
export async function runTask(task: ThreadTask): Promise<ThreadRest> {
  const bundle = scripts.get(task.bundle) ?? (task.files && scripts.add(task.bundle, task.files))
  if (bundle === undefined) return 'bundle-missing'

  const bootAt = monotonicMs()
  const realm = spare ?? createRealm()
  spare = undefined
  engine.use(realm.inside)
  const log = new RunLog(task.maxLogBytes)
  const startedAt = monotonicMs()
  const cpuBefore = cpuMs()
  new RunClock(task.clock).start(startedAt, threadId)
  const result = await runInRealm(realm, task, bundle, log)
  post({
    seq: task.seq,
    result,
    logs: log.entries,
    logsDropped: log.dropped,
    compileMs: startedAt - bootAt,
    wallMs: monotonicMs() - startedAt,
    cpuMs: cpuMs() - cpuBefore,
  })

  // At rest is: what the guest left in the microtask queue has run out, and the event loop turns.
  await new Promise<void>((resolve) => onNextTurn(resolve))
  // The next run finds its realm made.
  onNextTurn(() => (spare ??= createRealm()))
  return 'at-rest'
}

/** Takes what the thread needs of `process` and the globals before they are gone. */
function takeTools() {
  const port = parentPort
  if (port === null) throw new Error('This file is the entry of a worker thread, it was loaded elsewhere')
  const hrtime = process.hrtime.bind(process)
  const threadCpuUsage = process.threadCpuUsage.bind(process)
  return {
    post: (report: ThreadReport): void => port.postMessage(report),
    onNextTurn: setImmediate,
    monotonicMs: (): number => {
      const [seconds, nanoseconds] = hrtime()
      return seconds * 1_000 + nanoseconds / 1_000_000
    },
    cpuMs: (): number => {
      const { user, system } = threadCpuUsage()
      return (user + system) / 1_000
    },
  }
}
