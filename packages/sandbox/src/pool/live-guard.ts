import type { Call, LogEntry } from '@isolated-runtime/protocol'
import type { FromCell } from '../cell/from-cell.ts'
import type { LiveListener } from '../live/live-listener.ts'
import { mostReports } from '../live/progress-rate.ts'
import { MAX_PROGRESS_BYTES } from '../realm/permits.ts'
import { ENTRY_BYTES } from '../thread/log-area.ts'

type LiveFrame = Extract<FromCell, { type: 'live' }>

/** Passes on what a cell says of a run that goes on, as long as it keeps the limits of that run. */
export class LiveGuard {
  readonly #listener: LiveListener
  readonly #startedAt = performance.now()
  readonly #maxLogBytes: number
  readonly #reportsProgress: boolean
  #logBytes = 0
  #reports = 0

  constructor(call: Pick<Call, 'limits' | 'progress'>, listener: LiveListener) {
    this.#listener = listener
    this.#maxLogBytes = listener.hearsLogs ? call.limits.maxLogBytes : 0
    this.#reportsProgress = call.progress === true
    listener.begin()
  }

  /** @throws Error for what no honest cell says; nothing of the frame is passed on then */
  hear({ logs, progress }: Pick<LiveFrame, 'logs' | 'progress'>): void {
    if (logs.length === 0 && progress.length === 0) throw new Error('a frame of a run that says nothing')
    this.#checkLogs(logs)
    const values = this.#valuesOf(progress)
    for (const entry of logs) this.#listener.log(entry)
    for (const value of values) this.#listener.progress(value)
  }

  #checkLogs(logs: readonly LogEntry[]): void {
    for (const { text } of logs) this.#logBytes += Buffer.byteLength(text) + ENTRY_BYTES
    if (this.#logBytes > this.#maxLogBytes)
      throw new Error(`lines of ${this.#logBytes} bytes, the most allowed is ${this.#maxLogBytes}`)
  }

  #valuesOf(progress: readonly string[]): unknown[] {
    this.#reports += progress.length
    // Both clocks run at the same speed, and this one was started before that of the thread.
    const most = this.#reportsProgress ? mostReports(performance.now() - this.#startedAt) : 0
    if (this.#reports > most)
      throw new Error(`${this.#reports} reports of progress, the most allowed so far is ${most}`)
    return progress.map((json) => {
      const bytes = Buffer.byteLength(json)
      if (bytes > MAX_PROGRESS_BYTES)
        throw new Error(`a report of ${bytes} bytes, the most allowed is ${MAX_PROGRESS_BYTES}`)
      return JSON.parse(json) as unknown
    })
  }
}

/**
 * Has the guard of a run hear a frame of its cell.
 *
 * @throws Error as {@link LiveGuard} does, and where nobody listens to such a run
 */
export function hearLive(guard: LiveGuard | undefined, frame: LiveFrame): void {
  if (guard === undefined) throw new Error(`a run that nobody listens to says something, ${frame.seq}`)
  guard.hear(frame)
}
