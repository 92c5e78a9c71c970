/** Something that runs the work again and again. */
export interface Contender {
  readonly name: string
  /** Runs for about so long; gives how many runs a second it made. */
  measure(durationMs: number): Promise<number>
}

/** A contender that makes one call after the other. */
export function inALoop(name: string, run: () => unknown): Contender {
  return {
    name,
    measure: async (durationMs) => {
      const startedAt = performance.now()
      let runs = 0
      while (performance.now() - startedAt < durationMs) {
        await run()
        runs++
      }
      return perSecond(runs, startedAt)
    },
  }
}

/** A contender with several calls under way at any time. */
export function inFlight(name: string, calls: number, run: () => Promise<unknown>): Contender {
  return {
    name,
    measure: async (durationMs) => {
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
    },
  }
}

function perSecond(runs: number, startedAt: number): number {
  return (runs * 1_000) / (performance.now() - startedAt)
}
