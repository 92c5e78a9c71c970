import type { Worker } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { ThreadHello, ThreadTask } from '../thread/messages.ts'
import { StatusBoard, type ThreadStatus } from '../thread/status-board.ts'
import type { CellSettings } from './cell-settings.ts'
import { threadData } from './thread-data.ts'
import { V8_FLAGS } from './v8-flags.ts'
import { gateWorkers } from './worker-gate.ts'

/** A thread that is given flags has only those: without the cell's own it would start with all rights. */
const THREAD_FLAGS: readonly string[] = [
  ...process.execArgv.filter((flag) => !V8_FLAGS.includes(flag)),
  '--expose-internals',
  // Before anything else runs in it: the gate of this process does not guard what a thread starts.
  '--import=data:text/javascript,process.permission.drop("worker")',
]

/** How long an aborted thread may take to stop before it counts as stuck, where nothing else is said. Stopping takes about 20 ms. */
const STOP_GRACE_MS = 1_000

/** The worker threads of a cell: a Piscina pool whose threads run one task at a time and can be stopped. */
export class Threads {
  readonly #piscina: Piscina
  /** By thread id. */
  readonly #boards = new Map<number, StatusBoard>()
  readonly #allReady = Promise.withResolvers<void>()
  readonly #onStuck: () => void

  /** @param onStuck called when a thread was told to stop and does not */
  constructor({ threads, memoryMb, maxRunsPerRealm, allow, threadFile }: CellSettings, onStuck: () => void) {
    this.#onStuck = onStuck
    gateWorkers(THREAD_FLAGS)
    this.#piscina = new Piscina({
      filename: threadFile,
      name: 'runTask',
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: 1,
      // The other ways of waiting for a task touch `process`, which a thread does not have, or stop its event loop.
      atomics: 'disabled',
      recordTiming: false,
      trackUnmanagedFds: false,
      workerData: threadData({ maxRunsPerRealm, allow }),
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    })
    this.#piscina.on('message', ({ threadId, board }: ThreadHello) => {
      this.#boards.set(threadId, new StatusBoard(board))
      if (this.#boards.size === threads) this.#allReady.resolve()
    })
    this.#piscina.on('workerDestroy', ({ id }: { id: number }) => this.#boards.delete(id))
  }

  /** Resolves when all threads have loaded their code. */
  ready(): Promise<void> {
    return this.#allReady.promise
  }

  /** Resolves with the answer of the thread once it is free again; rejects if it was stopped or died. */
  run(task: ThreadTask, signal: AbortSignal): Promise<string> {
    return this.#piscina.run(task, { signal }) as Promise<string>
  }

  /** What the thread that took up a run is at; `undefined` if none has yet. */
  statusOf(seq: number): ThreadStatus | undefined {
    return this.#boards
      .values()
      .map((board) => board.read())
      .find((status) => status.seq === seq)
  }

  /** The reports of the items of a chunk that have settled, as JSON with commas between them. */
  reportsOf(seq: number): string {
    return (
      this.#boards
        .values()
        .find((board) => board.read().seq === seq)
        ?.notes() ?? ''
    )
  }

  /** CPU time a run, or the item that it is at, has used so far; `undefined` if no thread has taken it up, or the thread has died meanwhile. */
  async cpuMsOf(seq: number): Promise<number | undefined> {
    const thread = this.#threadOf(seq)
    if (thread === undefined) return undefined
    try {
      const { user, system } = await thread.cpuUsage()
      // Read afterwards: a thread that has gone on to the next item of a chunk has used less for that, never more.
      const status = this.statusOf(seq)
      return status && (user + system) / 1_000 - status.cpuBefore
    } catch {
      // It is being stopped: whoever waits for its run is told so.
      return undefined
    }
  }

  /** Stops the thread of a run by aborting its task; Piscina puts a new one in its place. */
  stop(seq: number, abort: () => void, graceMs: number = STOP_GRACE_MS): void {
    const thread = this.#threadOf(seq)
    abort()
    if (thread === undefined) return
    const timer = setTimeout(this.#onStuck, graceMs)
    thread.once('exit', () => clearTimeout(timer))
  }

  #threadOf(seq: number): Worker | undefined {
    return this.#piscina.threads.find(({ threadId }) => this.#boards.get(threadId)?.read().seq === seq)
  }
}
