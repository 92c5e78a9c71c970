/**
 * A few bytes shared between a cell and the thread of one run. The thread writes when it took the run up and who it
 * is, so that the cell times the run itself and not its way there, without waiting for a message that a spinning
 * guest would hold back.
 */
const STARTED = 0
const THREAD_ID = 1
const STARTED_AT = 1

/** Reads the machine's monotonic clock, the same in all threads, in milliseconds. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}

export class RunClock {
  readonly buffer: SharedArrayBuffer
  readonly #flags: Int32Array
  readonly #times: Float64Array

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer
    this.#flags = new Int32Array(buffer)
    this.#times = new Float64Array(buffer)
  }

  start(now: number, threadId: number): void {
    this.#times[STARTED_AT] = now
    Atomics.store(this.#flags, THREAD_ID, threadId)
    Atomics.store(this.#flags, STARTED, 1)
  }

  /** When the thread took the run up; `undefined` if it has not yet. */
  get startedAt(): number | undefined {
    return Atomics.load(this.#flags, STARTED) === 1 ? this.#times[STARTED_AT] : undefined
  }

  /** Meaningful once started. */
  get threadId(): number {
    return Atomics.load(this.#flags, THREAD_ID)
  }
}
