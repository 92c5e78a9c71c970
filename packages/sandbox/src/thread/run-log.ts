import { Buffer } from 'node:buffer'
import type { LogEntry } from '@isolated-runtime/protocol'
import { ENTRY_BYTES, type LogArea } from './log-area.ts'

/** The console lines of one run, up to a number of bytes; what comes after is counted and dropped. */
export class RunLog {
  readonly entries: LogEntry[] = []
  dropped = 0
  readonly #area: Pick<LogArea, 'write' | 'noteDropped'> | undefined
  readonly #onEntry: ((entry: LogEntry) => void) | undefined
  #room: number

  /**
   * @param area where what is kept is kept as well, for the cell to read
   * @param onEntry called with each line that is kept, before it is
   */
  constructor(
    maxBytes: number,
    area?: Pick<LogArea, 'write' | 'noteDropped'>,
    onEntry?: (entry: LogEntry) => void,
  ) {
    this.#room = maxBytes
    this.#area = area
    this.#onEntry = onEntry
  }

  write(level: LogEntry['level'], text: string): void {
    // UTF-16 length first: a giant line is not worth encoding only to be dropped.
    const bytes = text.length > this.#room ? text.length : Buffer.byteLength(text) + ENTRY_BYTES
    if (bytes > this.#room) {
      this.dropped++
      this.#area?.noteDropped(this.dropped)
      return
    }
    this.#room -= bytes
    const entry = { level, time: Date.now(), text }
    this.#area?.write(entry)
    this.#onEntry?.(entry)
    this.entries.push(entry)
  }
}
