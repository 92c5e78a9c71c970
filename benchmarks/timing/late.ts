import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client, RunHandle } from '@isolated-runtime/client'

const FOLDER = fileURLToPath(new URL('modules', import.meta.url))
/** In which a fleet comes to have nothing to do. */
const REST_MS = 2_500

const requestOf = (funcName: string, args: unknown[] = []) => ({
  folder: FOLDER,
  file: 'now.js',
  funcName,
  args,
})

/** What makes runs late that is of no interest here: packing, and starting a process for the tenant. */
export async function warmUp(client: Client, tenant: string): Promise<void> {
  await client.run({ ...requestOf('now'), tenant })
}

/** By how much delayed runs are late on a fleet that has nothing else to do, in milliseconds. */
export async function lateDelays(client: Client, delayMs: number, runs: number): Promise<number[]> {
  await warmUp(client, 'delayed')
  return oneByOne(runs, async () => {
    const sentAt = Date.now()
    const beganAt = await client.run<number>({ ...requestOf('now'), tenant: 'delayed', delayMs })
    return beganAt - sentAt - delayMs
  })
}

/** The same for the second attempts of runs; the end of the first is in it. */
export async function lateRetries(client: Client, backoffMs: number, runs: number): Promise<number[]> {
  await warmUp(client, 'retried')
  const retries = { attempts: 2, backoffMs, on: ['failed' as const] }
  return oneByOne(runs, async () => {
    const handle = await client.submit({ ...requestOf('fail'), tenant: 'retried', retries, progress: true })
    const [first = 0, second = 0] = await Array.fromAsync(handle.progress(), Number)
    return second - first - backoffMs
  })
}

/** The same for runs over the rate of their tenant, each of which waits for the next token. */
export async function lateTokens(client: Client, runsPerSecond: number, runs: number): Promise<number[]> {
  await warmUp(client, 'limited')
  await client.admin.tenants.set('limited', { runsPerSecond, burst: 1 })
  await delay(REST_MS)
  const request = { ...requestOf('now'), tenant: 'limited' }
  const outcomes = await client.runMany(Array.from({ length: runs + 1 }, () => request))
  const [first = 0, ...began] = outcomes
    .map((outcome) => (outcome.status === 'succeeded' ? Number(outcome.value) : NaN))
    .toSorted((a, b) => a - b)
  return began.map((at, turn) => at - first - ((turn + 1) * 1_000) / runsPerSecond)
}

/** The same for the runs of a schedule. */
export async function lateTicks(client: Client, every: number, runs: number): Promise<number[]> {
  await warmUp(client, 'scheduled')
  const options = { tenant: 'scheduled' }
  await client.schedules.create({ ...options, id: 'tick', every, limit: runs, run: requestOf('now') })
  const late = new Map<string, number>()
  while (late.size < runs) {
    const { lastRun, nextAt } = await client.schedules.get('tick', options)
    if (lastRun?.status === 'succeeded' && !late.has(lastRun.id)) {
      const outcome = await (await client.attach(lastRun.id, options)).outcome()
      if (outcome.status === 'succeeded') late.set(lastRun.id, Number(outcome.value) - lastRun.at.getTime())
    } else if (nextAt === undefined && lastRun !== undefined && lastRun.status !== 'pending') break
    await delay(every / 5)
  }
  await client.schedules.remove('tick', options)
  return Array.from(late.values())
}

/** A run that goes on for some time, and tells whenever it begins. */
export async function heldRun(client: Client, ms: number): Promise<RunHandle> {
  const limits = { timeoutMs: 120_000 }
  return client.submit({ ...requestOf('hold', [ms]), tenant: 'held', limits, progress: true })
}

async function oneByOne(times: number, measure: () => Promise<number>): Promise<number[]> {
  const figures: number[] = []
  for (let done = 0; done < times; done++) {
    await delay(REST_MS)
    figures.push(await measure())
  }
  return figures
}
