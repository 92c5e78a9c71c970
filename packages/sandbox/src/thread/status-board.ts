const SEQ = 0
const SETTLED_SEQ = 1
const REPORT_BYTES = 2
const REST_SEQ = 3
const FLAGS_BYTES = 16
const STARTED_AT = 0
const SETTLED_AT = 1
const CPU_BEFORE = 2
const TIMES_BYTES = 24
const REPORT_OFFSET = FLAGS_BYTES + TIMES_BYTES
const MAX_REPORT_BYTES = 64 * 1024

/** What a thread is at; `report` is missing if it had no room on the board. */
export interface ThreadStatus {
  readonly seq: number
  readonly startedAt: number
  /** CPU time the thread had spent when it took up the run, in milliseconds. */
  readonly cpuBefore: number
  readonly settled: { readonly at: number; readonly report: string | undefined } | undefined
  /** Nothing of the run goes on; the message that says so may still be on its way. */
  readonly atRest: boolean
}

/**
 * Memory that a thread shares with its cell. A message of a thread waits until the guest lets go of the thread; what
 * is written here can be read by the cell at any time. So the cell knows when a run was really taken up, and has the
 * report of a function that has settled but left microtasks behind that never end.
 */
export class StatusBoard {
  readonly buffer: SharedArrayBuffer
  readonly #flags: Int32Array
  readonly #times: Float64Array
  readonly #report: Buffer

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(REPORT_OFFSET + MAX_REPORT_BYTES)) {
    this.buffer = buffer
    this.#flags = new Int32Array(buffer, 0, FLAGS_BYTES / Int32Array.BYTES_PER_ELEMENT)
    this.#times = new Float64Array(buffer, FLAGS_BYTES, TIMES_BYTES / Float64Array.BYTES_PER_ELEMENT)
    this.#report = Buffer.from(buffer, REPORT_OFFSET, MAX_REPORT_BYTES)
  }

  /** Said by the thread when it takes up a run. Times are those of {@link monotonicMs}. */
  start(seq: number, now: number, cpuBefore: number): void {
    this.#times[STARTED_AT] = now
    this.#times[CPU_BEFORE] = cpuBefore
    // The flag last: who reads it may trust the rest.
    Atomics.store(this.#flags, SEQ, seq)
  }

  /** Said by the thread when the function has settled. */
  settle(seq: number, now: number, report: string): void {
    // Three bytes are the most that a UTF-16 unit becomes.
    const fits = report.length * 3 <= MAX_REPORT_BYTES
    this.#flags[REPORT_BYTES] = fits ? this.#report.write(report) : -1
    this.#times[SETTLED_AT] = now
    Atomics.store(this.#flags, SETTLED_SEQ, seq)
  }

  /** Said by the thread when nothing of the run goes on. */
  rest(seq: number): void {
    Atomics.store(this.#flags, REST_SEQ, seq)
  }

  /** Asked by the cell. */
  read(): ThreadStatus {
    const seq = Atomics.load(this.#flags, SEQ)
    const startedAt = this.#times[STARTED_AT] ?? 0
    const cpuBefore = this.#times[CPU_BEFORE] ?? 0
    const atRest = Atomics.load(this.#flags, REST_SEQ) === seq
    if (Atomics.load(this.#flags, SETTLED_SEQ) !== seq)
      return { seq, startedAt, cpuBefore, settled: undefined, atRest }
    const bytes = this.#flags[REPORT_BYTES] ?? -1
    const report = bytes < 0 ? undefined : this.#report.toString('utf8', 0, bytes)
    return { seq, startedAt, cpuBefore, settled: { at: this.#times[SETTLED_AT] ?? 0, report }, atRest }
  }
}
