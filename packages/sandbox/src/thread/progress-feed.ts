import { clearTimeout, setTimeout } from 'node:timers'
import { PROGRESS_BURST, PROGRESS_EVERY_MS } from '../live/progress-rate.ts'
import { monotonicMs } from './monotonic-ms.ts'

const resolved = Promise.resolve()

/**
 * Passes on what a run reports of its progress, no faster than the cell takes it: of reports that come too fast the last
 * one wins, and is passed on as soon as its time has come, or when the run is over.
 */
export class ProgressFeed {
  readonly #say: (json: string) => void
  readonly #startedAt = monotonicMs()
  #said = 0
  #latest: string | undefined
  #timer: NodeJS.Timeout | undefined
  #isTimed = false
  #ended = false

  constructor(say: (json: string) => void) {
    this.#say = say
  }

  tell(json: string): void {
    if (this.#ended) return
    this.#latest = json
    const waitMs = this.#dueAt() - monotonicMs()
    // The timer of a guest that never lets go of the thread does not go off: its next report sees to this one.
    if (waitMs <= 0) return this.#flush()
    if (this.#isTimed) return
    // Guest code is on the stack, which may end here: see `RunTimers`.
    void resolved.then(() => this.#wait())
    this.#isTimed = true
  }

  /** Passes the latest on when its time has come. */
  #wait(): void {
    this.#isTimed = this.#latest !== undefined && !this.#ended
    if (!this.#isTimed) return
    const waitMs = this.#dueAt() - monotonicMs()
    if (waitMs > 0) {
      this.#timer = setTimeout(() => this.#wait(), Math.ceil(waitMs))
    } else {
      this.#isTimed = false
      this.#flush()
    }
  }

  /** Passes on the last report; what comes later is not heard. */
  end(): void {
    this.#flush()
    this.#ended = true
    clearTimeout(this.#timer)
  }

  #dueAt(): number {
    return this.#startedAt + (this.#said - PROGRESS_BURST + 1) * PROGRESS_EVERY_MS
  }

  #flush(): void {
    const json = this.#latest
    if (json === undefined) return
    this.#latest = undefined
    this.#said++
    this.#say(json)
  }
}
