import { Buffer } from 'node:buffer'
import type { Call, LogEntry } from '@isolated-runtime/protocol'
import { ENTRY_BYTES, type LogArea } from './log-area.ts'

/** From the least on. */
const RANKS: Readonly<Record<LogEntry['level'], number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/** The console lines of one run from a level on, up to a number of bytes; what comes after is counted and dropped. */
export class RunLog {
  readonly entries: LogEntry[] = []
  dropped = 0
  readonly #area: Pick<LogArea, 'write' | 'noteDropped'> | undefined
  readonly #onEntry: ((entry: LogEntry) => void) | undefined
  readonly #leastRank: number
  #room: number

  /**
   * @param area where what is kept is kept as well, for the cell to read
   * @param onEntry called with each line that is kept, before it is
   */
  constructor(
    { limits, logLevel = 'debug' }: Pick<Call, 'limits' | 'logLevel'>,
    area?: Pick<LogArea, 'write' | 'noteDropped'>,
    onEntry?: (entry: LogEntry) => void,
  ) {
    this.#leastRank = RANKS[logLevel]
    this.#room = limits.maxLogBytes
    this.#area = area
    this.#onEntry = onEntry
  }

  write(level: LogEntry['level'], text: string): void {
    if (RANKS[level] < this.#leastRank) return
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
