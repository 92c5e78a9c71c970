/** Milliseconds of one call, the next begun when the last is over. */
export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly longest: number
}

export async function latencyOf(run: () => Promise<unknown>, durationMs: number): Promise<Latency> {
  const startedAt = performance.now()
  const times: number[] = []
  for (let now = startedAt; now - startedAt < durationMs;) {
    await run()
    const then = performance.now()
    times.push(then - now)
    now = then
  }
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), longest: times.at(-1) ?? Number.NaN }
}
