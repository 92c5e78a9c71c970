import { setTimeout as delay } from 'node:timers/promises'
import type { Caller } from './caller.ts'

export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

/** What of a slice passes before it counts: all that are called are under way by then. */
const LEAD_IN_MS = 200

/**
 * So many calls under way at any time, shared among callers; gives how many there were, and how many a second came back
 * while it went on: what comes back after that, when fewer and fewer are under way, does not count.
 */
export async function closedLoop(
  callers: readonly Pick<Caller, 'call'>[],
  inFlight: number,
  durationMs: number,
): Promise<{ readonly calls: number; readonly perSecond: number }> {
  const countsFrom = performance.now() + LEAD_IN_MS
  const endAt = countsFrom + durationMs
  let calls = 0
  let counted = 0
  const lane = async (caller: Pick<Caller, 'call'> | undefined): Promise<void> => {
    for (let now = performance.now(); now < endAt;) {
      await caller?.call()
      now = performance.now()
      calls++
      if (now >= countsFrom && now < endAt) counted++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, (_, index) => lane(callers[index % callers.length])))
  return { calls, perSecond: (counted * 1_000) / durationMs }
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
