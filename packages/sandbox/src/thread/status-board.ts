import { Buffer } from 'node:buffer'
import { LogArea } from './log-area.ts'
import { MAX_COMPILE_MS } from './max-compile-ms.ts'
import { monotonicMs } from './monotonic-ms.ts'

const SEQ = 0
const SETTLED_SEQ = 1
const REPORT_BYTES = 2
const REST_SEQ = 3
const ITEM = 4
const NOTED_BYTES = 5
/** These two count items from 1: 0 is none. */
const SETTLED_ITEM = 6
const REST_ITEM = 7
const FLAGS_BYTES = 32
const STARTED_AT = 0
const SETTLED_AT = 1
const CPU_BEFORE = 2
const ITEM_SETTLED_AT = 3
const IDLE_BEFORE = 4
const RUN_STARTED_AT = 5
const COMPILING_AT = 6
const COMPILED_MS = 7
const TIMES_BYTES = 64
const REPORT_OFFSET = FLAGS_BYTES + TIMES_BYTES
/** For a result of the usual limit, whatever JSON text costs as text within JSON. Memory that is not written to costs nothing. */
const MAX_REPORT_BYTES = 4 * 1024 * 1024
const NOTES_OFFSET = REPORT_OFFSET + MAX_REPORT_BYTES

/** What the reports of the settled items of a batch may come to. */
export const MAX_NOTES_BYTES = 256 * 1024

/** The longest log that a run may have: the highest ceiling of `maxLogBytes`. */
const MAX_LOG_BYTES = 2 * 1024 * 1024
const LOG_BYTES = LogArea.bytesFor(MAX_LOG_BYTES)
const LOG_OFFSET = NOTES_OFFSET + MAX_NOTES_BYTES

/** What a UTF-16 unit becomes at most in UTF-8. */
const MAX_BYTES_A_UNIT = 3

/** What a thread is at. */
export interface ThreadStatus {
  readonly seq: number
  /** Which item of a batch the thread is at; 0 for any other run. */
  readonly item: number
  /** When it took up the run, or the item; as much later as compiling its modules took since. */
  readonly startedAt: number
  /** CPU time the thread had spent at that time, in milliseconds. */
  readonly cpuBefore: number
  /** How long the event loop of the thread had waited for something to do by then, in milliseconds. */
  readonly idleBefore: number
  /** When it took up the run, also while it is at an item of it. */
  readonly runStartedAt: number
  readonly settled: { readonly at: number } | undefined
  /** Of an item with a realm of its own, once it has settled and until the next begins. */
  readonly itemSettled: { readonly at: number; readonly atRest: boolean } | undefined
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
  readonly #notes: Buffer
  /** What the run, or the item that the thread is at, has written to its log. */
  readonly log: LogArea

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(LOG_OFFSET + LOG_BYTES)) {
    this.buffer = buffer
    this.#flags = new Int32Array(buffer, 0, FLAGS_BYTES / Int32Array.BYTES_PER_ELEMENT)
    this.#times = new Float64Array(buffer, FLAGS_BYTES, TIMES_BYTES / Float64Array.BYTES_PER_ELEMENT)
    this.#report = Buffer.from(buffer, REPORT_OFFSET, MAX_REPORT_BYTES)
    this.#notes = Buffer.from(buffer, NOTES_OFFSET, MAX_NOTES_BYTES)
    this.log = new LogArea(buffer, LOG_OFFSET, LOG_BYTES)
  }

  /** Said by the thread when it takes up a run. Times are those of {@link monotonicMs}. */
  start(seq: number, now: number, cpuBefore: number, idleBefore: number): void {
    this.#times[STARTED_AT] = now
    this.#times[RUN_STARTED_AT] = now
    this.#times[CPU_BEFORE] = cpuBefore
    this.#times[IDLE_BEFORE] = idleBefore
    this.#times[COMPILING_AT] = 0
    this.#times[COMPILED_MS] = 0
    this.#flags[ITEM] = 0
    this.#flags[NOTED_BYTES] = 0
    this.#flags[SETTLED_ITEM] = 0
    this.#flags[REST_ITEM] = 0
    this.log.clear()
    // The flag last: who reads it may trust the rest.
    Atomics.store(this.#flags, SEQ, seq)
  }

  /** Said by the thread when it goes on to an item of a batch. */
  beginItem(item: number, now: number, cpuBefore: number, idleBefore: number): void {
    this.#times[STARTED_AT] = now
    this.#times[CPU_BEFORE] = cpuBefore
    this.#times[IDLE_BEFORE] = idleBefore
    this.#times[COMPILING_AT] = 0
    this.#times[COMPILED_MS] = 0
    this.log.clear()
    Atomics.store(this.#flags, ITEM, item)
  }

  /** Said by the thread when it begins to compile a module for the run, or the item. */
  beginCompiling(now: number): void {
    this.#times[COMPILING_AT] = now
  }

  /** Said by the thread when it has compiled it. @param cpuMs what that took of its CPU time */
  endCompiling(now: number, cpuMs: number): void {
    const began = this.#times[COMPILING_AT] ?? 0
    if (began === 0) return
    this.#times[COMPILED_MS] = (this.#times[COMPILED_MS] ?? 0) + now - began
    this.#times[CPU_BEFORE] = (this.#times[CPU_BEFORE] ?? 0) + cpuMs
    this.#times[COMPILING_AT] = 0
  }

  /** Said by the thread when an item of a batch has settled. Returns whether there was room for its report. */
  noteItem(report: string): boolean {
    const from = this.#flags[NOTED_BYTES] ?? 0
    const text = from === 0 ? report : `,${report}`
    if (text.length * MAX_BYTES_A_UNIT > MAX_NOTES_BYTES - from) return false
    // What was noted before stays as it is: it may be read at any time.
    Atomics.store(this.#flags, NOTED_BYTES, from + this.#notes.write(text, from))
    return true
  }

  /** Said by the thread when an item with a realm of its own has settled, and its report is noted if there is room. */
  settleItem(item: number, now: number): void {
    this.#times[ITEM_SETTLED_AT] = now
    Atomics.store(this.#flags, SETTLED_ITEM, item + 1)
  }

  /** Said by the thread when nothing of that item goes on. */
  restItem(item: number): void {
    Atomics.store(this.#flags, REST_ITEM, item + 1)
  }

  /** Said by the thread when the function has settled. */
  settle(seq: number, now: number, report: string): void {
    const fits =
      report.length * MAX_BYTES_A_UNIT <= MAX_REPORT_BYTES || Buffer.byteLength(report) <= MAX_REPORT_BYTES
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
    // The item before its times: if the thread goes on meanwhile, they are those of a later one, never an earlier.
    const item = Atomics.load(this.#flags, ITEM)
    const startedAt = (this.#times[STARTED_AT] ?? 0) + Math.min(this.#compiledMs(), MAX_COMPILE_MS)
    const cpuBefore = this.#times[CPU_BEFORE] ?? 0
    const idleBefore = this.#times[IDLE_BEFORE] ?? 0
    const runStartedAt = this.#times[RUN_STARTED_AT] ?? 0
    const atRest = Atomics.load(this.#flags, REST_SEQ) === seq
    const itemSettled = this.#itemSettled(item)
    const status = { seq, item, startedAt, cpuBefore, idleBefore, runStartedAt, itemSettled, atRest }
    if (Atomics.load(this.#flags, SETTLED_SEQ) !== seq) return { ...status, settled: undefined }
    return { ...status, settled: { at: this.#times[SETTLED_AT] ?? 0 } }
  }

  /** Asked by the cell: the report of a run that has settled; `undefined` if it had no room on the board. */
  report(): string | undefined {
    const bytes = this.#flags[REPORT_BYTES] ?? -1
    return bytes < 0 ? undefined : this.#report.toString('utf8', 0, bytes)
  }

  #compiledMs(): number {
    const compiledMs = this.#times[COMPILED_MS] ?? 0
    const began = this.#times[COMPILING_AT] ?? 0
    return began === 0 ? compiledMs : compiledMs + Math.max(0, monotonicMs() - began)
  }

  #itemSettled(item: number): ThreadStatus['itemSettled'] {
    if (Atomics.load(this.#flags, SETTLED_ITEM) !== item + 1) return undefined
    // If the thread goes on meanwhile, it is that of a later item, which has rested for a shorter time.
    const at = this.#times[ITEM_SETTLED_AT] ?? 0
    return { at, atRest: Atomics.load(this.#flags, REST_ITEM) === item + 1 }
  }

  /** Asked by the cell: the reports of the items that have settled, as JSON, with commas between them. */
  notes(): string {
    return this.#notes.toString('utf8', 0, Atomics.load(this.#flags, NOTED_BYTES))
  }
}
