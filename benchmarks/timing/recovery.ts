import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '@isolated-runtime/client'
import type { Executors } from './executors.ts'
import { heldRun, warmUp } from './late.ts'

const HELD_RUNS = 6
const FOR_EVER_MS = 100_000

/** After how many milliseconds the runs of a killed executor begin elsewhere. */
export async function recoveries(client: Client, executors: Executors, kills: number): Promise<number[]> {
  const figures: number[] = []
  for (let killed = 0; killed < kills; killed++) {
    await warmUp(client, 'held')
    const runs = await Promise.all(Array.from({ length: HELD_RUNS }, () => heldRun(client, FOR_EVER_MS)))
    const begun = runs.map((run) => run.progress())
    await Promise.all(begun.map((each) => each.next()))
    const holders = await Promise.all(runs.map(async ({ id }) => (await client.status(id, HELD)).executor))
    const [victim = ''] = holders.flatMap((holder) => holder ?? [])
    await delay(Math.random() * 1_000)
    const killedAt = Date.now()
    await executors.kill(victim)
    const lost = begun.filter((_, at) => holders[at] === victim)
    figures.push(
      ...(await Promise.all(lost.map(async (each) => Number((await each.next()).value) - killedAt))),
    )
    await Promise.all(runs.map((run) => run.cancel()))
    await executors.start()
  }
  return figures
}

/** How many of some runs are begun a second time when all executors stand still for a while. */
export async function begunTwice(
  client: Client,
  executors: Executors,
  stallMs: number,
  runs: number,
): Promise<number> {
  const held = await Promise.all(Array.from({ length: runs }, () => heldRun(client, stallMs + 3_000)))
  await Promise.all(held.map((run) => run.progress().next()))
  await delay(Math.random() * 500)
  const names = executors.names
  const [first = ''] = names
  executors.signal(first, 'SIGSTOP')
  await delay(stallMs)
  executors.signal(first, 'SIGCONT')
  const outcomes = await Promise.all(held.map((run) => run.outcome()))
  return outcomes.filter(({ usage }) => usage.attempts > 1).length
}

const HELD = { tenant: 'held' }
