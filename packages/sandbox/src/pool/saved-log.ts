import type { LogEntry } from '@isolated-runtime/protocol'
import { ENTRY_BYTES } from '../thread/log-area.ts'

/** What a run has written to its log, as far as its cell has told; for the case that the cell dies. */
export class SavedLog {
  readonly logs: LogEntry[] = []
  #room: number

  /** @param maxBytes the `maxLogBytes` of the run */
  constructor(maxBytes: number) {
    this.#room = maxBytes
  }

  /** @throws Error for more than the run may write */
  add(entries: readonly LogEntry[]): void {
    for (const { text } of entries) this.#room -= Buffer.byteLength(text) + ENTRY_BYTES
    if (this.#room < 0) throw new Error(`a log that is ${-this.#room} bytes over the limit of its run`)
    this.logs.push(...entries)
  }
}
