import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '@isolated-runtime/client'
import { Random } from '@isolated-runtime/testing'
import { Zipf } from '../measure/zipf.ts'

const FOLDER = fileURLToPath(new URL('modules', import.meta.url))

/** One run of a load. */
export interface Run {
  readonly ok: boolean
  readonly tookMs: number
  /** From its being taken until a thread had it. */
  readonly bootMs: number
}

/** Draws the tenant of the next run. */
export type Draw = () => string

export function uniform(tenants: number): Draw {
  const random = new Random(tenants)
  return () => `of-${tenants}-${Math.floor(random.next() * tenants)}`
}

export function byZipf(tenants: number): Draw {
  const zipf = new Zipf(tenants, new Random(tenants))
  return () => `of-${tenants}-${zipf.draw()}`
}

/** Calls a trivial function. */
export async function call(client: Client, tenant: string, expiresInMs?: number): Promise<Run> {
  const calledAt = performance.now()
  const request = { folder: FOLDER, file: 'rules.js', funcName: 'echo', args: [1], tenant, expiresInMs }
  const { status, usage } = await client.outcome(request)
  return { ok: status === 'succeeded', tookMs: performance.now() - calledAt, bootMs: usage.bootMs }
}

/** So many runs under way at any time, for a while. */
export async function closedLoop(
  client: Client,
  draw: Draw,
  inFlight: number,
  durationMs: number,
): Promise<{ readonly runs: Run[]; readonly perSecond: number }> {
  const runs: Run[] = []
  const startedAt = performance.now()
  const lane = async (): Promise<void> => {
    while (performance.now() - startedAt < durationMs) runs.push(await call(client, draw()))
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return { runs, perSecond: (runs.length * 1_000) / (performance.now() - startedAt) }
}

/** Runs of some tenants in turn, this many a second in all, whether or not earlier ones have come back. */
export async function openLoop(
  client: Client,
  { tenants, perSecond, durationMs }: { tenants: number; perSecond: number; durationMs: number },
): Promise<Run[]> {
  const startedAt = performance.now()
  const runs: Promise<Run>[] = []
  for (let n = 0; n < (perSecond * durationMs) / 1_000; n++) {
    const dueInMs = startedAt + (n * 1_000) / perSecond - performance.now()
    if (dueInMs > 0) await delay(dueInMs)
    runs.push(call(client, `steady-${n % tenants}`, EXPIRES_IN_MS))
  }
  return Promise.all(runs)
}

const EXPIRES_IN_MS = 5_000

/** A tenant that ruins this many cells a second, with another bundle each time, until it is told to stop. */
export async function ruin(client: Client, perSecond: number, stop: AbortSignal): Promise<void> {
  const calls: Promise<unknown>[] = []
  for (let n = 0; !stop.aborted; n++) {
    // No heap holds such an array, so V8 aborts at once.
    const source = `exports.ruin = () => { const lists = []; for (;;) lists.push(new Array(2 ** 25).fill(0)) } // ${n}`
    const request = {
      source,
      file: 'ruin.js',
      funcName: 'ruin',
      tenant: 'ruiner',
      expiresInMs: EXPIRES_IN_MS,
    }
    calls.push(client.outcome(request).catch(() => undefined))
    await delay(1_000 / perSecond)
  }
  await Promise.all(calls)
}
