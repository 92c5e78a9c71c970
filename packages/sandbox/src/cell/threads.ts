import type { Worker } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { LogArea } from '../thread/log-area.ts'
import type { ThreadAnswer, ThreadData, ThreadTask } from '../thread/messages.ts'
import type { ThreadStatus } from '../thread/status-board.ts'
import type { CellSettings } from './cell-settings.ts'
import { HEAP_SLACK_MB } from './memory-allowance.ts'
import { Thread, type GivenTask, type ThreadEvents } from './thread.ts'
import { V8_FLAGS } from './v8-flags.ts'

/** A thread that is given flags has only those: without the cell's own it would start with all rights. */
export const THREAD_FLAGS: readonly string[] = [
  ...process.execArgv.filter((flag) => !V8_FLAGS.includes(flag)),
  '--expose-internals',
]

/** How long a thread may take to stop before it counts as stuck, where nothing else is said. Stopping takes about 20 ms. */
const STOP_GRACE_MS = 1_000

export interface ThreadsEvents extends Pick<ThreadEvents, 'onLive'> {
  /** A thread was told to stop and does not, or cannot be replaced. */
  onStuck(): void
  /** A thread is up, and has used so much CPU time for that. @param isFirst whether none was before */
  onUp(cpuMs: number, isFirst: boolean): void
  /** A thread is gone, of whose CPU time so much is accounted for. */
  onGone(accountedMs: number): void
}

/**
 * The worker threads of a cell: a Piscina pool whose threads run one run at a time and can be stopped. There is one at
 * first; others are started when runs wait for them, and end when there have been none for a while.
 */
export class Threads implements ThreadEvents {
  readonly #piscina: Piscina
  readonly #threads = new Set<Thread>()
  /** Those that were ended and that none takes the place of. */
  readonly #unneeded = new WeakSet<Thread>()
  /** Runs that no thread was free for, by their number; the first is next. */
  readonly #waiting = new Map<number, GivenTask>()
  readonly #maxThreads: number
  readonly #firstUp = Promise.withResolvers<void>()
  readonly #events: ThreadsEvents
  #isReady = false
  #closed = false

  constructor({ threads, memoryMb, threadFile }: CellSettings, data: ThreadData, events: ThreadsEvents) {
    this.#maxThreads = threads
    this.#events = events
    this.#piscina = new Piscina({
      filename: threadFile,
      name: 'serve',
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: 1,
      // The other ways of waiting for a task touch `process`, which a thread does not have, or stop its event loop.
      atomics: 'disabled',
      recordTiming: false,
      trackUnmanagedFds: false,
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb + HEAP_SLACK_MB },
    })
    // Of a thread that ends before it was given its task.
    this.#piscina.on('error', (error: unknown) => this.#cannotStart(error))
    this.#start()
  }

  /** Resolves when a thread has loaded its code; rejects if it cannot. */
  ready(): Promise<void> {
    return this.#firstUp.promise
  }

  /** Resolves with the answer of the thread once it is free again; rejects with a {@link ThreadEnd} if it was stopped or died. */
  run(task: ThreadTask): Promise<ThreadAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<ThreadAnswer>()
    const given = { task, resolve, reject }
    const free = this.#find((thread) => thread.isFree)
    if (free === undefined) {
      this.#waiting.set(task.seq, given)
      this.#startForWaiting()
    } else free.give(given)
    return promise
  }

  /** What the thread that took up a run is at; `undefined` if none has yet. */
  statusOf(seq: number): ThreadStatus | undefined {
    const status = this.#threadOf(seq)?.board?.read()
    return status?.seq === seq ? status : undefined
  }

  /** The report of a run that has settled; `undefined` if it is too large to be read before the thread is at rest. */
  reportOf(seq: number): string | undefined {
    return this.statusOf(seq)?.settled && this.#threadOf(seq)?.board?.report()
  }

  /** The reports of the items of a batch that have settled, as JSON with commas between them. */
  reportsOf(seq: number): string {
    return this.statusOf(seq) === undefined ? '' : (this.#threadOf(seq)?.board?.notes() ?? '')
  }

  /** What a run, or the item that it is at, has written to its log since that was read up to `from`. */
  logsOf(seq: number, from = 0): ReturnType<LogArea['read']> | undefined {
    return this.statusOf(seq) && this.#threadOf(seq)?.board?.log.read(from)
  }

  /** CPU time a run, or the item that it is at, has used so far; `undefined` if no thread has taken it up, or the thread has died meanwhile. */
  async cpuMsOf(seq: number): Promise<number | undefined> {
    const worker = this.#workerOf(this.#threadOf(seq))
    if (worker === undefined) return undefined
    try {
      const { user, system } = await worker.cpuUsage()
      // Read afterwards: a thread that has gone on to the next item of a batch has used less for that, never more.
      const status = this.statusOf(seq)
      return status && (user + system) / 1_000 - status.cpuBefore
    } catch {
      // It is being stopped: whoever waits for its run is told so.
      return undefined
    }
  }

  /** What the thread of a run holds outside of its heap, in MB; `undefined` if no thread has taken it up, or the thread is gone. */
  async outsideMbOf(seq: number): Promise<number | undefined> {
    const worker = this.#workerOf(this.#threadOf(seq))
    if (worker === undefined) return undefined
    try {
      const { external_memory: bytes } = await worker.getHeapStatistics()
      // Meanwhile it may have gone on to another run.
      return this.statusOf(seq) && bytes / 2 ** 20
    } catch {
      // It is being stopped.
      return undefined
    }
  }

  /** How long the thread that was given a run has waited for something to do in all, in milliseconds. */
  idleMsOf(seq: number): number {
    return this.#workerOf(this.#threadOf(seq))?.performance.eventLoopUtilization().idle ?? 0
  }

  /**
   * Stops the thread that was given a run; another takes its place.
   *
   * @param onLate called if it takes longer than the grace
   */
  stop(seq: number, onLate: () => void, graceMs?: number): void {
    this.#waiting.get(seq)?.reject(new Error('The run was stopped before a thread took it up'))
    this.#waiting.delete(seq)
    void this.#stop(this.#threadOf(seq), onLate, graceMs)
  }

  /** Ends all threads, whatever they are at. What they have used since their last run is nobody's. */
  close(): void {
    this.#closed = true
    for (const given of this.#waiting.values()) given.reject(new Error('The threads of the run have ended'))
    this.#waiting.clear()
    for (const thread of this.#threads) void this.#end(thread)
  }

  async #end(thread: Thread): Promise<void> {
    if (thread.isFree) {
      const used = await this.#workerOf(thread)
        ?.cpuUsage()
        .catch(() => undefined)
      if (used !== undefined) thread.account((used.user + used.system) / 1_000)
    }
    void this.#stop(thread, () => {})
    // One that is not up yet has no worker that could be waited for.
    if (!thread.isUp) void this.#piscina.destroy().catch(() => undefined)
  }

  async #stop(
    thread: Thread | undefined,
    onLate: () => void,
    graceMs: number = STOP_GRACE_MS,
  ): Promise<void> {
    const worker = this.#workerOf(thread)
    if (thread === undefined || worker === undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    thread.stop(promise)
    const timer = setTimeout(() => {
      onLate()
      this.#events.onStuck()
    }, graceMs)
    worker.once('exit', () => {
      clearTimeout(timer)
      resolve()
    })
    await promise
  }

  /**
   * Gives memory back: all threads but one collect their garbage and end, one after the other, then the last one collects. The
   * pages of a thread that ends with its garbage would stay with the process. Begun while there are no runs; when there is
   * one, what is left stays as it is.
   */
  async trim(): Promise<void> {
    const [kept, ...others] = this.#threads.values().filter(({ isFree }) => isFree)
    for (const thread of others) {
      if (this.isBusy) return
      await thread.trim(true)
      if (!thread.isFree) return
      this.#unneeded.add(thread)
      await this.#stop(thread, () => {})
    }
    if (!this.isBusy) await kept?.trim(false)
  }

  /** Whether there is a run. */
  get isBusy(): boolean {
    return this.#waiting.size > 0 || this.#find(({ seq }) => seq !== undefined) !== undefined
  }

  onUp(cpuMs: number): void {
    const isFirst = !this.#isReady
    this.#isReady = true
    this.#firstUp.resolve()
    this.#events.onUp(cpuMs, isFirst)
  }

  onFree(thread: Thread): void {
    for (const [seq, given] of this.#waiting) {
      this.#waiting.delete(seq)
      thread.give(given)
      return
    }
  }

  onTrimmed(): void {
    this.#startForWaiting()
  }

  onLive(seq: number, said: unknown): void {
    this.#events.onLive(seq, said)
  }

  onEnd(thread: Thread, error: unknown): void {
    this.#threads.delete(thread)
    if (this.#closed || this.#unneeded.has(thread)) return
    if (thread.isUp) this.#start()
    else this.#cannotStart(error)
  }

  onGone(thread: Thread): void {
    this.#events.onGone(thread.accountedMs)
  }

  /** Whatever keeps one from starting would keep the next one too. */
  #cannotStart(error: unknown): void {
    if (this.#closed) return
    if (this.#isReady) this.#events.onStuck()
    else this.#firstUp.reject(error)
  }

  #start(): void {
    this.#threads.add(new Thread(this.#piscina, this))
  }

  #startForWaiting(): void {
    if (this.#find(({ isTrimming }) => isTrimming) !== undefined) return
    const starting = this.#threads.values().filter(({ isUp }) => !isUp)
    let missing = this.#waiting.size - [...starting].length
    for (; missing > 0 && this.#threads.size < this.#maxThreads; missing--) this.#start()
  }

  #find(fits: (thread: Thread) => boolean): Thread | undefined {
    for (const thread of this.#threads) if (fits(thread)) return thread
    return undefined
  }

  #threadOf(seq: number): Thread | undefined {
    return this.#find((thread) => thread.seq === seq)
  }

  #workerOf(thread: Thread | undefined): Worker | undefined {
    return thread && this.#piscina.threads.find(({ threadId }) => threadId === thread.threadId)
  }
}
