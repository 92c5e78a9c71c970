import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import {
  TRIM,
  TRIM_ALL,
  type FromThread,
  type ThreadAnswer,
  type ThreadTask,
  type ToThread,
} from '../thread/messages.ts'
import { StatusBoard } from '../thread/status-board.ts'

/** A run, and who waits for its report. */
export interface GivenTask {
  readonly task: ThreadTask
  resolve(answer: ThreadAnswer): void
  reject(error: unknown): void
}

/** What a run is told whose thread ended under it. */
export class ThreadEnd extends Error {
  /** The board of the thread, as it left it. */
  readonly board: StatusBoard | undefined

  constructor(cause: unknown, board: StatusBoard | undefined) {
    super('The thread ended', { cause })
    this.board = board
  }
}

export interface ThreadEvents {
  /** It has just loaded its code, which took so much CPU time. */
  onUp(cpuMs: number): void
  /** It can take a run: it is up, or its last run is over. */
  onFree(thread: Thread): void
  /** It has given memory back. */
  onTrimmed(): void
  /** It says something of a run that goes on; not to be trusted. */
  onLive(seq: number, said: unknown): void
  /** It serves no more: it is gone, or was told to stop. */
  onEnd(thread: Thread, error: unknown): void
  /** It is gone. */
  onGone(thread: Thread): void
}

/**
 * One worker thread of a cell. It is at work on a single task of Piscina for as long as it lives, and hears of its runs
 * by a port of its own: so Piscina starts it, ends it and says what it died of, but has no part in each run.
 *
 * ```
 * starting ──> free <──> given a run ──> stopping
 *     └─────────┴────────────┴───────────────┴──> gone
 * ```
 */
export class Thread {
  readonly #port: MessagePort
  readonly #abort = new AbortController()
  readonly #events: ThreadEvents
  #threadId: number | undefined
  #board: StatusBoard | undefined
  #exit: Promise<void> | undefined
  #isOver = false
  #trimming: PromiseWithResolvers<void> | undefined
  /** CPU time that is accounted for: its start, and all that it has answered. */
  #accountedMs = 0
  #given: GivenTask | undefined

  constructor(piscina: Piscina, events: ThreadEvents) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#events = events
    port1.on('message', (message: FromThread) => this.#hear(message))
    const end = (error: unknown): Promise<void> => this.#end(error)
    piscina.run(Piscina.move(port2), { signal: this.#abort.signal }).then(end, end)
  }

  /** Of its `Worker`; `undefined` until it is up. */
  get threadId(): number | undefined {
    return this.#threadId
  }

  /** `undefined` until it is up. */
  get board(): StatusBoard | undefined {
    return this.#board
  }

  /** Whether it is up, or was. */
  get isUp(): boolean {
    return this.#threadId !== undefined
  }

  get isFree(): boolean {
    return this.#board !== undefined && !this.#isOver && this.#given === undefined
  }

  /** CPU time of it that is not that of a run which it has not reported on: of its start, and of what it has answered. */
  get accountedMs(): number {
    return this.#accountedMs
  }

  /** All that it has used is accounted for. */
  account(cpuMs: number): void {
    this.#accountedMs = cpuMs
  }

  /** What it was given and has not reported on. */
  get seq(): number | undefined {
    return this.#given?.task.seq
  }

  /** Only while it is free. */
  give(given: GivenTask): void {
    this.#given = given
    this.#say(given.task)
  }

  /**
   * Has it give memory back. Only while it is free; what it is given meanwhile waits. Resolves when that is over.
   *
   * @param all also what is hardly worth the time: as for a thread that is about to end, for its pages stay with the process
   */
  trim(all: boolean): Promise<void> {
    this.#trimming = Promise.withResolvers()
    this.#say(all ? TRIM_ALL : TRIM)
    return this.#trimming.promise
  }

  /** Whether it is at that. It takes less time than to start another thread. */
  get isTrimming(): boolean {
    return this.#trimming !== undefined
  }

  /** Ends it, whatever it is at. @param exit fulfilled when it is gone */
  stop(exit: Promise<void>): void {
    this.#exit = exit
    this.#abort.abort()
  }

  #say(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    this.#port.postMessage(message)
  }

  #hear(message: FromThread): void {
    if (message.type === 'log' || message.type === 'progress')
      return void (this.seq !== undefined && this.#events.onLive(this.seq, message))
    this.#accountedMs += message.type === 'failure' ? 0 : message.cpuMs
    if (message.type === 'trimmed') return this.#endTrim()
    if (message.type === 'up') {
      this.#threadId = message.threadId
      this.#board = new StatusBoard(message.board)
      this.#events.onUp(message.cpuMs)
    } else {
      const given = this.#given
      this.#given = undefined
      if (message.type === 'report') given?.resolve(message)
      else given?.reject(new Error(message.failure))
    }
    this.#events.onFree(this)
  }

  #endTrim(): void {
    this.#trimming?.resolve()
    this.#trimming = undefined
    this.#events.onTrimmed()
  }

  async #end(error: unknown): Promise<void> {
    this.#port.close()
    this.#isOver = true
    if (this.isTrimming) this.#endTrim()
    this.#events.onEnd(this, error)
    // Piscina does not wait for a thread that it ends.
    await this.#exit
    this.#events.onGone(this)
    this.#given?.reject(new ThreadEnd(error, this.#board))
  }
}
