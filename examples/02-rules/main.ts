// Rules that customers wrote look at each order that comes in: on the fleet when REDIS_URL is set, else on this machine.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from '@isolated-runtime/client'
import { IsolatedRuntime } from 'isolated-runtime'
import type { Order } from './modules/types.ts'
import { orders } from './orders.ts'
import { Tally } from './tally.ts'

const ORDERS = 60
const folder = join(import.meta.dirname, 'modules')
const redis = process.env.REDIS_URL
const where = redis === undefined ? 'on this machine' : 'on the fleet'
await using runtime =
  redis === undefined ? new IsolatedRuntime() : await Client.connect({ redis, tenant: 'shop' })

// Each file of the folder is a rule that exports `decide`.
const files = (await readdir(folder)).filter((name) => /\.m?[jt]s$/.test(name) && name !== 'types.ts')
const tallies = new Map(files.toSorted().map((file) => [file, new Tally(file)]))

// Orders go on coming in while their rules are evaluated. Here a promise waits for each outcome; on the fleet,
// `client.submit` gives the id of a run at once, and any process may ask for its outcome later by `client.attach(id)`.
const evaluations: Promise<void>[] = []
let runs = 0
for await (const order of orders(ORDERS)) {
  for (const [file, tally] of tallies) evaluations.push(evaluate(file, order, tally))
}
await Promise.all(evaluations)

for (const tally of tallies.values()) say(String(tally))
say(`${ORDERS} orders, ${tallies.size} rules, ${runs} runs ${where}.`)

async function evaluate(file: string, order: Order, tally: Tally): Promise<void> {
  const outcome = await runtime.outcome({
    folder,
    file,
    funcName: 'decide',
    args: [order],
    // What the shop tells all rules; they cannot change it.
    context: { threshold: { newSince: 2026, total: 400 } },
    freezeContext: true,
    // A rule that spins is stopped, and spoils nothing but its own result.
    limits: { timeoutMs: 10_000, cpuMs: 250 },
    realm: 'hardened',
  })
  runs++
  tally.add(order.id, outcome)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
