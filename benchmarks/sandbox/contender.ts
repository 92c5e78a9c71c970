import { setImmediate } from 'node:timers/promises'

/** Runs the work for about this many milliseconds; gives how many runs a second it made. */
export type Contender = (durationMs: number) => Promise<number>

const RUNS_PER_TURN = 50

/**
 * One call after the other, with nothing to await. The event loop turns now and then: without that, Node.js never lets
 * go of the contexts that are garbage, and the loop measures a heap that only grows.
 */
export function inALoop(run: () => unknown): Contender {
  return async (durationMs) => {
    const startedAt = performance.now()
    let runs = 0
    while (performance.now() - startedAt < durationMs) {
      for (let call = 0; call < RUNS_PER_TURN; call++) run()
      runs += RUNS_PER_TURN
      await setImmediate()
    }
    return perSecond(runs, startedAt)
  }
}

/** Several calls under way at any time. */
export function inFlight(calls: number, run: () => Promise<unknown>): Contender {
  return async (durationMs) => {
    const startedAt = performance.now()
    let runs = 0
    const lane = async (): Promise<void> => {
      while (performance.now() - startedAt < durationMs) {
        await run()
        runs++
      }
    }
    await Promise.all(Array.from({ length: calls }, lane))
    return perSecond(runs, startedAt)
  }
}

function perSecond(runs: number, startedAt: number): number {
  return (runs * 1_000) / (performance.now() - startedAt)
}
