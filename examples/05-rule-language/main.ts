// Guests write rules in a language of your own, which a hook turns into JavaScript when their folder is packed.
import { join } from 'node:path'
import { Client } from '@isolated-runtime/client'
import { IsolatedRuntime } from 'isolated-runtime'

const packing = {
  sourceExtensions: ['.rule'],
  // The path of a module, or a function; either may be asynchronous.
  compile: join(import.meta.dirname, 'rule-language.ts'),
}
const redis = process.env.REDIS_URL
await using runtime =
  redis === undefined ? new IsolatedRuntime({ packing }) : await Client.connect({ redis, packing })

const rules = join(import.meta.dirname, 'rules')
for (const order of [
  { total: 120, country: 'DE', weight: 3 },
  { total: 120, country: 'FR', weight: 30 },
  { total: 20, country: 'FR', weight: 3 },
]) {
  const cost = await runtime.run({ folder: rules, file: 'shipping.rule', funcName: 'decide', args: [order] })
  say(`${JSON.stringify(order)}: shipping costs ${String(cost)}`)
}

// A mistake in a rule is found before anything is run.
const broken = join(import.meta.dirname, 'broken')
try {
  await runtime.run({ folder: broken, file: 'discount.rule', funcName: 'decide', args: [{}] })
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
