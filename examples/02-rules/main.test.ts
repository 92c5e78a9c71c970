import { join } from 'node:path'
import { boundToParent, startProcess, useRedis } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'

const SOURCE = '--conditions=@isolated-runtime/source'
const MAIN = join(import.meta.dirname, 'main.ts')
const EXECUTOR = join(import.meta.dirname, '../../services/executor/src/main.ts')

// Two processes start, and rules that spin take their time.
const TIMEOUT_MS = 90_000

const redis = useRedis()

/** What comes out of it, wherever the rules ran. */
const RESULTS = [
  'bulk.mjs: 18 discounts, 462.18 EUR',
  'free-shipping.ts: 15 discounts, 95.50 EUR',
  'gift-card.js: 0 discounts, 0.00 EUR; 3 failed: CPU_TIME_EXCEEDED',
  'loyalty.ts: 42 discounts, 394.98 EUR; 9 failed: RangeError at /loyalty.ts:6:43',
  'review.js: 0 discounts, 0.00 EUR; held back: O-0017 O-0028 O-0034',
]

async function run(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  await using example = await startProcess(...boundToParent(process.execPath, [SOURCE, MAIN]), { env })
  expect(await example.exit).toEqual({ code: 0, signal: null })
  return example.lines
}

test('02-rules evaluates all rules for all orders on this machine', { timeout: TIMEOUT_MS }, async () => {
  const { REDIS_URL: _, ...env } = process.env
  expect(await run(env)).toEqual([...RESULTS, '60 orders, 5 rules, 300 runs on this machine.'])
})

test('02-rules gives the same through the queue', { timeout: TIMEOUT_MS }, async () => {
  const env = { ...process.env, REDIS_URL: redis.url }
  const settings = { HOST: '127.0.0.1', PORT: '0', CELLS: '2' }
  const command = boundToParent(process.execPath, [SOURCE, EXECUTOR])
  await using executor = await startProcess(...command, { env: { ...env, ...settings } })
  await executor.waitForLine(/"msg":"ready"/)
  expect(await run(env)).toEqual([...RESULTS, '60 orders, 5 rules, 300 runs on the fleet.'])
})
