import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { GUEST_THREAD_NAME } from '../cell/guest-thread-name.ts'
import { totalMsOf } from '../spawner/process-cpu.ts'
import type { ProcessCpu } from '../spawner/messages.ts'

const NS_A_MS = 1e6

/** CPU time of a process, in milliseconds. */
interface CpuReading {
  /** Of all threads that it has or had. */
  readonly total: number
  /** Of the main thread. */
  readonly main: number
  /** Of the threads that live, the main thread among them. */
  readonly living: number
  /** Of those that live and run no guests: the main thread and what V8 and libuv have. */
  readonly helpers: number
}

/**
 * The CPU time of one cell, seen from outside: what runs are charged whose threads cannot say what they have used. A
 * thread that is stopped in the middle of a run, and a process that dies, have used what the kernel says, less what is
 * known otherwise. What is missed of one run, by the ticks of the kernel, is found at the next.
 */
export class CellCpu {
  /** What the process took to start. */
  readonly startMs: number
  /** What of that its first thread took. */
  readonly threadStartMs: number
  readonly #threads: Threads
  /** Of the process when it was ready, but for its main thread and helpers: the start of its first thread. */
  readonly #before: { readonly gone: number; readonly guests: number }
  /** What was told since: by runs that ended in the ordinary way, by the starts of threads, and by this class. */
  #accountedMs = 0
  #chargedToGoneMs = 0
  #helpersMs: number

  /** Called when the cell is ready. `undefined` where there is no Linux `/proc` with that process. */
  static of(pid: number | undefined): CellCpu | undefined {
    const threads = pid === undefined ? undefined : new Threads(pid)
    const reading = threads?.read()
    return threads === undefined || reading === undefined ? undefined : new CellCpu(threads, reading)
  }

  private constructor(threads: Threads, { total, living, main, helpers }: CpuReading) {
    this.startMs = total
    this.threadStartMs = total - helpers
    this.#threads = threads
    this.#helpersMs = helpers - main
    this.#before = { gone: total - living, guests: total - helpers }
  }

  /** Notes what the threads have used that run no guests: once a process is dead, that can no longer be seen. */
  look(): void {
    this.#read()
  }

  /** Some CPU time is accounted for: of a run that told what it used, or of the start of a thread. */
  account(ms: number): void {
    this.#accountedMs += ms
  }

  /**
   * What a run has used whose thread is gone.
   *
   * @param goneAccountedMs what the cell says is accounted for of all threads that are gone
   * @param elapsedMs how long the run took: it cannot have used more
   */
  ofGone(goneAccountedMs: number, elapsedMs: number): number | undefined {
    const reading = this.#read()
    if (reading === undefined) return undefined
    const gone = reading.total - reading.living - this.#before.gone
    const ms = within(gone - goneAccountedMs - this.#chargedToGoneMs, elapsedMs)
    this.#chargedToGoneMs += ms
    this.account(ms)
    return ms
  }

  /**
   * What runs have used in a process that is dead or about to be killed, of which nothing else is known.
   *
   * @param elapsedMs how long each of the runs took
   * @param dead what the process has used, if that cannot be read any more
   */
  ofDeath(elapsedMs: readonly number[], dead?: ProcessCpu): number[] | undefined {
    const { totalMs, mainMs } = dead ?? this.#readTimes() ?? {}
    if (totalMs === undefined || mainMs === undefined || elapsedMs.length === 0) return undefined
    const guests = totalMs - mainMs - this.#helpersMs
    let left = guests - this.#before.guests - this.#accountedMs
    return elapsedMs.map((most, index) => {
      const ms = within(left / (elapsedMs.length - index), most)
      left -= ms
      this.account(ms)
      return ms
    })
  }

  /** What a run has used, of several that go on, whose thread does not stop. */
  ofStuck(elapsedMs: number, runs: number): number | undefined {
    const reading = this.#read()
    if (reading === undefined) return undefined
    const ms = within(
      (reading.total - reading.helpers - this.#before.guests - this.#accountedMs) / runs,
      elapsedMs,
    )
    this.account(ms)
    return ms
  }

  #readTimes(): ProcessCpu | undefined {
    const reading = this.#read()
    return reading && { totalMs: reading.total, mainMs: reading.main }
  }

  #read(): CpuReading | undefined {
    const reading = this.#threads.read()
    // Of a process that is dead only the main thread is left to look at.
    if (reading !== undefined && reading.helpers > reading.main)
      this.#helpersMs = reading.helpers - reading.main
    return reading
  }
}

function within(ms: number, most: number): number {
  return Math.max(0, Math.min(ms, most))
}

/** Reads what the kernel says of the threads of a process. */
class Threads {
  readonly #folder: string
  readonly #pid: number
  /** Whether a thread runs guests, by its id. */
  #kinds = new Map<string, boolean>()

  constructor(pid: number) {
    this.#pid = pid
    this.#folder = `/proc/${pid}`
  }

  /** `undefined` where there is nothing to read. */
  read(): CpuReading | undefined {
    try {
      let main = 0
      let living = 0
      let helpers = 0
      const kinds = new Map<string, boolean>()
      for (const tid of readdirSync(`${this.#folder}/task`)) {
        const ms = this.#cpuMsOf(tid)
        const isGuests = this.#kinds.get(tid) ?? this.#isGuests(tid)
        if (ms === undefined || isGuests === undefined) continue
        kinds.set(tid, isGuests)
        living += ms
        if (!isGuests) helpers += ms
        if (Number(tid) === this.#pid) main = ms
      }
      this.#kinds = kinds
      // Last: what a thread used that has ended in between is in here.
      return { total: totalMsOf(this.#pid), main, living, helpers }
    } catch {
      return undefined
    }
  }

  #cpuMsOf(tid: string): number | undefined {
    const text = readThread(`${this.#folder}/task/${tid}/schedstat`)
    return text === undefined ? undefined : Number.parseInt(text, 10) / NS_A_MS
  }

  #isGuests(tid: string): boolean | undefined {
    const name = readThread(`${this.#folder}/task/${tid}/comm`)
    return name === undefined ? undefined : name.trim() === GUEST_THREAD_NAME
  }
}

/** `undefined` if the thread has just ended. @throws Error where the system has no such file */
function readThread(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    if (existsSync(dirname(file))) throw error
    return undefined
  }
}
