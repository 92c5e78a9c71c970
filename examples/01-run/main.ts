// Runs untrusted functions on the fleet when REDIS_URL is set, else on this machine alone.
import { join } from 'node:path'
import { Client } from '@isolated-runtime/client'
import { IsolatedRuntime } from 'isolated-runtime'

const folder = join(import.meta.dirname, 'modules')
const redis = process.env.REDIS_URL
const where = redis === undefined ? 'on this machine' : 'on the fleet'
await using runtime = redis === undefined ? new IsolatedRuntime() : await Client.connect({ redis })

// Each run gets globals of its own: what module1 sets, neither module2 nor this program sees.
Object.assign(globalThis, { a: 3 })
const a = await runtime.run({ folder, file: 'module1.js', funcName: 'a' })
const b = await runtime.run({ folder, file: 'module2.js', funcName: 'b' })
say(
  `module1.a() gave ${String(a)}, module2.b() gave ${String(b)}, global.a of the host is ${String(Reflect.get(globalThis, 'a'))}`,
)

// TypeScript, asynchronous, with an argument.
const order = { total: 250, customer: { since: 2020 } }
const saved = await runtime.run({ folder, file: 'discount.ts', funcName: 'discount', args: [order, 2026] })
say(`discount.discount() gave ${String(saved)}`)

// An endless loop harms nobody.
const { status, usage } = await runtime.outcome({
  folder,
  file: 'spin.js',
  funcName: 'spin',
  limits: { timeoutMs: 200 },
})
say(`spin.spin() ${status} after ${Math.round(usage.wallMs)} ms`)

say(`All of it ran ${where}.`)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
