/** Runs the work for about so many milliseconds; gives how many runs a second it made. */
export type Contender = (durationMs: number) => Promise<number>

/** One call after the other, with nothing to await. */
export function inALoop(run: () => unknown): Contender {
  return (durationMs) => {
    const startedAt = performance.now()
    let runs = 0
    while (performance.now() - startedAt < durationMs) {
      run()
      runs++
    }
    return Promise.resolve(perSecond(runs, startedAt))
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
