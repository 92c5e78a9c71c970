import { Piscina } from 'piscina'
import type { ThreadRest, ThreadTask } from '../thread/messages.ts'
import type { CellSettings } from './cell-settings.ts'
import { threadReportSchema, type ThreadReport } from './thread-report.ts'
import { V8_FLAGS } from './v8-flags.ts'

/** A thread that is given flags has only those: without the cell's own it would start with all rights. */
const INHERITED_FLAGS = process.execArgv.filter((flag) => !V8_FLAGS.includes(flag))

/** How long an aborted thread may take to stop before it counts as stuck. Stopping takes about 20 ms. */
const STOP_GRACE_MS = 1_000

export interface ThreadsEvents {
  report(report: ThreadReport, threadId: number): void
  /** A thread was told to stop and does not. */
  stuck(): void
}

/** The worker threads of a cell: a Piscina pool whose threads run one task at a time and can be stopped. */
export class Threads {
  readonly #piscina: Piscina
  readonly #on: ThreadsEvents

  constructor({ threads, memoryMb, threadFile }: CellSettings, on: ThreadsEvents) {
    this.#on = on
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
      env: {},
      execArgv: [...INHERITED_FLAGS, '--expose-internals'],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    })
    this.#piscina.on('workerCreate', ({ id }: { id: number }) => this.#listen(id))
  }

  /** Resolves when all threads have loaded their code. */
  async ready(): Promise<void> {
    await Promise.all(
      this.#piscina.threads.map(
        (thread) =>
          new Promise<void>((resolve, reject) => {
            // The first message of a thread is Piscina's own: the code is loaded.
            thread.once('message', () => resolve())
            thread.once('error', reject)
          }),
      ),
    )
  }

  /** Resolves when the thread is free again; rejects if it was stopped or died. */
  run(task: ThreadTask, signal: AbortSignal): Promise<ThreadRest> {
    return this.#piscina.run(task, { signal }) as Promise<ThreadRest>
  }

  /** Stops a thread by aborting the task that it runs; Piscina puts a new one in its place. */
  stop(threadId: number, abort: () => void): void {
    const thread = this.#threadOf(threadId)
    abort()
    if (thread === undefined) return
    const timer = setTimeout(() => this.#on.stuck(), STOP_GRACE_MS)
    thread.once('exit', () => clearTimeout(timer))
  }

  #listen(threadId: number): void {
    this.#threadOf(threadId)?.on('message', (message) => {
      const parsed = threadReportSchema.safeParse(message)
      if (parsed.success) this.#on.report(parsed.data, threadId)
    })
  }

  #threadOf(threadId: number) {
    return this.#piscina.threads.find((thread) => thread.threadId === threadId)
  }
}
