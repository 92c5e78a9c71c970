// Calls a guest's functions with the types of its own file: on the fleet when REDIS_URL is set, else on this machine.
import { join } from 'node:path'
import { Client, IsolatedRuntimeError } from '@isolated-runtime/client'
import { IsolatedRuntime } from 'isolated-runtime'

const redis = process.env.REDIS_URL
const where = redis === undefined ? 'on this machine' : 'on the fleet'
await using runtime = redis === undefined ? new IsolatedRuntime() : await Client.connect({ redis })

const pricing = runtime.module<typeof import('./modules/pricing.ts')>({
  folder: join(import.meta.dirname, 'modules'),
  file: 'pricing.ts',
  limits: { timeoutMs: 2_000 },
})

const items = [
  { sku: 'LAMP-DESK', price: 49 },
  { sku: 'PEN-BLACK', price: 1.2, quantity: 10 },
]

// Editors complete the names, and know that these are numbers and texts.
const { net, gross, validUntil } = await pricing.quote(items, 'FR')
say(`${net.toFixed(2)} net, ${gross.toFixed(2)} gross, until ${validUntil.slice(0, 10)}`)

const cheapest = await pricing.cheapest(items)
say(`The cheapest is ${cheapest?.sku ?? 'nothing'}`)

try {
  await pricing.quote(items, 'XX')
} catch (error) {
  if (!(error instanceof IsolatedRuntimeError)) throw error
  say(`${error.name}: ${error.message}, because of ${JSON.stringify(error.cause)}`)
}

say(`All of it ran ${where}.`)

/** Never called: it is here for the compiler, which finds the mistake in each of these. */
export function mistakes(): unknown[] {
  return [
    // @ts-expect-error -- "prize" is no property of an item
    pricing.quote([{ sku: 'LAMP-DESK', prize: 49 }]),
    // @ts-expect-error -- a Date does not survive as JSON
    pricing.endOf(2026),
    // @ts-expect-error -- it is no function
    pricing.VAT('DE'),
  ]
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
