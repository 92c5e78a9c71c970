// Lets guests use npm packages, those on a list and no others.
import { join } from 'node:path'
import { Client } from '@isolated-runtime/client'
import { IsolatedRuntime } from 'isolated-runtime'

const folder = join(import.meta.dirname, 'modules')
const redis = process.env.REDIS_URL
// Packages are looked for in node_modules beside the folder and above it, and packed in with what they depend on.
const packing = { external: ['date-fns', 'decimal.js', 'lodash', 'zod'] }
await using runtime =
  redis === undefined ? new IsolatedRuntime({ packing }) : await Client.connect({ redis, packing })

// TypeScript that imports ESM.
const order = {
  placed: '2026-11-22',
  lines: [
    { sku: 'A-1', price: '0.10', quantity: 3 },
    { sku: 'B-7', price: '19.90', quantity: 1 },
  ],
}
const invoice = await runtime.run({ folder, file: 'invoice.ts', funcName: 'invoice', args: [order] })
say(`invoice.invoice() gave ${JSON.stringify(invoice)}`)

const problems = await runtime.run({
  folder,
  file: 'invoice.ts',
  funcName: 'problems',
  args: [{ lines: [] }],
})
say(`invoice.problems() gave ${JSON.stringify(problems)}`)

// CommonJS that requires CommonJS.
const bySku = await runtime.run({ folder, file: 'report.js', funcName: 'bySku', args: [order.lines] })
say(`report.bySku() gave ${JSON.stringify(bySku)}`)

// What is not on the list, and what only Node.js has, is not there, and says why.
say(await runtime.run<string>({ folder, file: 'report.js', funcName: 'tries', args: ['left-pad'] }))
say(await runtime.run<string>({ folder, file: 'report.js', funcName: 'tries', args: ['events'] }))

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
