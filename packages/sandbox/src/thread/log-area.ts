import { Buffer } from 'node:buffer'
import type { LogEntry } from '@isolated-runtime/protocol'

/** What an entry costs besides its text, so that empty lines cannot be written without end. */
export const ENTRY_BYTES = 32

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** Before the text of each entry: the level, the length of the text, the time. Less than an entry counts for besides its text. */
const HEADER_BYTES = 16
const LENGTH_AT = 4
const TIME_AT = 8

const BYTES = 0
const DROPPED = 1
const FLAGS_BYTES = 8

/**
 * The log of a run in memory that a thread shares with its cell, so that what was written to it is there when the thread
 * is not. No log has more bytes than it may, headers included: an entry counts for {@link ENTRY_BYTES} besides its text.
 */
export class LogArea {
  /** What an area for logs up to a size takes. */
  static bytesFor(maxLogBytes: number): number {
    return FLAGS_BYTES + Math.max(maxLogBytes, ENTRY_BYTES)
  }

  readonly #flags: Int32Array
  readonly #entries: Buffer

  /** @param offset a multiple of 8 */
  constructor(buffer: SharedArrayBuffer, offset: number, bytes: number) {
    this.#flags = new Int32Array(buffer, offset, FLAGS_BYTES / Int32Array.BYTES_PER_ELEMENT)
    this.#entries = Buffer.from(buffer, offset + FLAGS_BYTES, bytes - FLAGS_BYTES)
  }

  /** Said by the thread when a run begins. */
  clear(): void {
    Atomics.store(this.#flags, BYTES, 0)
    Atomics.store(this.#flags, DROPPED, 0)
  }

  /** Said by the thread. An entry that finds no room is left out. */
  write({ level, time, text }: LogEntry): void {
    const from = this.#flags[BYTES] ?? 0
    const bytes = Buffer.byteLength(text)
    if (from + HEADER_BYTES + bytes > this.#entries.length) return
    this.#entries.writeUInt8(LEVELS.indexOf(level), from)
    this.#entries.writeUInt32LE(bytes, from + LENGTH_AT)
    this.#entries.writeDoubleLE(time, from + TIME_AT)
    this.#entries.write(text, from + HEADER_BYTES)
    // The size last: who reads it may trust the rest.
    Atomics.store(this.#flags, BYTES, from + HEADER_BYTES + bytes)
  }

  /** Said by the thread: this many lines were dropped. */
  noteDropped(lines: number): void {
    Atomics.store(this.#flags, DROPPED, lines)
  }

  /**
   * Asked by the cell: what was written so far.
   *
   * @param from which bytes were read before
   */
  read(from = 0): { readonly logs: LogEntry[]; readonly logsDropped: number; readonly end: number } {
    const end = Math.min(Atomics.load(this.#flags, BYTES), this.#entries.length)
    const logs: LogEntry[] = []
    let at = from
    // A thread that was taken over may have written anything: what makes no sense is the executor's to see.
    while (at >= 0 && at + HEADER_BYTES <= end) {
      const level = LEVELS[this.#entries.readUInt8(at)] ?? 'info'
      const bytes = this.#entries.readUInt32LE(at + LENGTH_AT)
      const time = this.#entries.readDoubleLE(at + TIME_AT)
      const text = this.#entries.toString('utf8', at + HEADER_BYTES, at + HEADER_BYTES + bytes)
      logs.push({ level, time, text })
      at += HEADER_BYTES + bytes
    }
    return { logs, logsDropped: Math.max(0, Atomics.load(this.#flags, DROPPED)), end: Math.max(from, end) }
  }
}
