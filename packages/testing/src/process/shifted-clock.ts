import { fileURLToPath } from 'node:url'

const PRELOAD = fileURLToPath(new URL('shift-clock.ts', import.meta.url))

/** What a Node process is started with so that its clock, but not its timers, is wrong. */
export interface ShiftedClock {
  readonly execArgv: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

/** @param shiftsMs by how much it is ahead, in milliseconds; of several, the clock jumps from one to the next again and again */
export function shiftedClock(...shiftsMs: readonly number[]): ShiftedClock {
  return {
    execArgv: ['--import', PRELOAD],
    env: { ...process.env, CLOCK_SHIFTS_MS: shiftsMs.join() },
  }
}
