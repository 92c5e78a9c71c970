import { setTimeout as delay } from 'node:timers/promises'
import type { Caller } from './caller.ts'

export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

/** So many calls under way at any time, shared among callers; gives calls a second, and how many there were. */
export async function closedLoop(
  callers: readonly Pick<Caller, 'call'>[],
  inFlight: number,
  durationMs: number,
): Promise<{ readonly calls: number; readonly perSecond: number }> {
  const startedAt = performance.now()
  let calls = 0
  const lane = async (caller: Pick<Caller, 'call'> | undefined): Promise<void> => {
    while (performance.now() - startedAt < durationMs) {
      await caller?.call()
      calls++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, (_, index) => lane(callers[index % callers.length])))
  return { calls, perSecond: (calls * 1_000) / (performance.now() - startedAt) }
}

/** So many calls a second whether or not earlier ones have come back; gives milliseconds a call. */
export async function openLoop(caller: Caller, perSecond: number, durationMs: number): Promise<Percentiles> {
  const startedAt = performance.now()
  const times: number[] = []
  const calls: Promise<void>[] = []
  const timed = async (): Promise<void> => {
    const calledAt = performance.now()
    await caller.call()
    times.push(performance.now() - calledAt)
  }
  for (let call = 0; call < (perSecond * durationMs) / 1_000; call++) {
    const dueInMs = startedAt + (call * 1_000) / perSecond - performance.now()
    if (dueInMs > 0) await delay(dueInMs)
    calls.push(timed())
  }
  await Promise.all(calls)
  return percentilesOf(times)
}

function percentilesOf(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}
