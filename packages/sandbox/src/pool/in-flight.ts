import { MAX_STARVED_MS } from '../cell/starvation.ts'
import { MAX_COMPILE_MS } from '../thread/max-compile-ms.ts'
import type { SandboxRun } from './sandbox-run.ts'
import type { AttemptVerdict } from './blame.ts'
import type { LiveGuard } from './live-guard.ts'
import type { SavedLog } from './saved-log.ts'

/**
 * How much later than its limit a run may settle before its cell counts as dead: it may wait for a processor, its modules may take a
 * while to compile, and a lost thread must be replaced first.
 */
export const ANSWER_GRACE_MS = MAX_STARVED_MS + MAX_COMPILE_MS + 2_000

/** A timer that is so late says more about this process than about a cell. */
const LATE_MS = 100

/** A run that was given to a cell. */
export interface InFlight {
  readonly run: SandboxRun
  /** Whether no run was in its threads before, where they are not those of the whole cell. */
  readonly isFirst: boolean | undefined
  readonly sentAt: number
  /** The most memory the cell was seen to hold meanwhile. */
  processMb: number
  readonly settle: (verdict: AttemptVerdict) => void
  readonly live: LiveGuard | undefined
  readonly saved: SavedLog
  readonly guard: AnswerGuard
}

/** Waits for the answer of a cell to a run. */
export class AnswerGuard {
  #timer: NodeJS.Timeout

  /** @param onOverdue called when it ought to have come long ago */
  constructor(longestMs: number, onOverdue: () => void) {
    this.#timer = this.#start(longestMs + ANSWER_GRACE_MS, onOverdue)
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #start(waitMs: number, onOverdue: () => void): NodeJS.Timeout {
    const dueAt = performance.now() + waitMs
    return setTimeout(() => {
      // This process was held up itself: what the cell has said in the meantime is read after its timers.
      if (performance.now() - dueAt > LATE_MS) this.#timer = this.#start(ANSWER_GRACE_MS, onOverdue)
      else onOverdue()
    }, waitMs)
  }
}

/** The runs that a cell was given and has not answered, by number. */
export class InFlightRuns extends Map<number, InFlight> {
  /** How much memory they may hold by their limits, in MB. */
  get limitsMb(): number {
    return this.values().reduce((sum, { run }) => sum + run.call.limits.memoryMb, 0)
  }

  /** Notes what their cell was seen to hold, in MB. */
  saw(residentMb: number): void {
    for (const entry of this.values()) entry.processMb = Math.max(entry.processMb, residentMb)
  }

  /** How long ago each was given to the cell. */
  elapsedMs(): number[] {
    return Array.from(this.values(), ({ sentAt }) => performance.now() - sentAt)
  }

  /** Ends all. @param cpuMs what each has used */
  end(
    death: Omit<Extract<AttemptVerdict, { kind: 'died' }>, 'cpuMs' | 'wallMs' | 'logs'>,
    cpuMs: readonly number[],
  ): void {
    for (const [index, { guard, settle, sentAt, saved }] of [...this.values()].entries()) {
      guard.end()
      settle({ ...death, cpuMs: cpuMs[index] ?? 0, wallMs: performance.now() - sentAt, logs: saved.logs })
    }
    this.clear()
  }
}
