import type { LiveListener } from '../live/live-listener.ts'
import type { SandboxRun } from './sandbox-run.ts'
import type { AttemptVerdict } from './blame.ts'
import type { PressedCell } from './pressure-watch.ts'
import type { Resident } from './residents.ts'

/** Where runs of one owner go: a cell, or a thread of a cell that several owners of a cordon share. */
export interface Place extends Resident {
  /** The cell that it is, or is in. */
  readonly process: PressedCell
  /** CPU time that its start took, in milliseconds. */
  readonly startCpuMs: number
  /** Whether it is over. */
  readonly dead: boolean
  /** Runs in a slot that is free. Never rejects. */
  run(
    run: SandboxRun,
    signal: AbortSignal | undefined,
    listener: LiveListener | undefined,
  ): Promise<AttemptVerdict>
  /** Lets what is running end, takes no more, then goes. */
  drain(): void
}
