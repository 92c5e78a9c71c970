import { expect, it } from 'vitest'
import { BOMBS } from './fixtures/bombs.ts'
import { callGuest, returning } from './fixtures/call-guest.ts'
import { childProcesses } from './fixtures/child-processes.ts'
import { Sandbox } from './index.ts'

const MEMORY_MB = 32
const SIZES = { maxCells: 3, threadsPerCell: 2, spareCells: 1, spareMemoryMb: MEMORY_MB }
const MIB = 1024 * 1024
const limits = { memoryMb: MEMORY_MB, timeoutMs: 60_000 }

const INNOCENTS_OF_A_TENANT = 20
const BOMBS_AT_ONCE = 5

const INNOCENT = `exports.main = async (n) => {
  const list = Array.from({ length: 1_000 }, (_, i) => i * n)
  await null
  return list.reduce((sum, one) => sum + one)
}`

/** Tries again what the sandbox gave up because the machine had no processor for it: other work is no bomb's doing. */
async function withProcessor<Result>(run: () => Promise<Result>): Promise<Result> {
  for (let triesLeft = 20; ; triesLeft--) {
    try {
      return await run()
    } catch (error) {
      const isStarved = error instanceof Error && error.message.startsWith('The run had a processor for')
      if (!isStarved || triesLeft === 0) throw error
    }
  }
}

/** Keeps one innocent run in flight after the other; gives those that did not settle as they should. */
async function innocents(sandbox: Sandbox, tenant: string, n: number, stop: AbortSignal): Promise<unknown[]> {
  const wrong = []
  while (!stop.aborted) {
    const outcome = await withProcessor(() =>
      callGuest(sandbox, { code: INNOCENT, args: [n], tenant, limits }),
    )
    const right = outcome.status === 'succeeded' && outcome.valueJson === String(n * 499_500)
    if (!right || outcome.usage.attempts > 2) wrong.push(outcome)
  }
  return wrong
}

/** Runs bombs until there are none left; gives those that did not settle as expected, or took their slot along. */
async function explode(sandbox: Sandbox, bombs: Iterator<(typeof BOMBS)[number]>): Promise<unknown[]> {
  const surprises = []
  for (let next = bombs.next(); next.done !== true; next = bombs.next()) {
    const { name, code, expected, timeoutMs } = next.value
    const outcome = await withProcessor(() => callGuest(sandbox, { code, limits: { ...limits, timeoutMs } }))
    if (!expected.includes(outcome.status)) surprises.push({ name, outcome })
    const probe = await withProcessor(() => callGuest(sandbox, { code: returning('1'), limits }))
    if (probe.status !== 'succeeded') surprises.push({ name, probe })
  }
  return surprises
}

it.each(['tenant', 'cordon'] as const)(
  'under "%s" no bomb harms the runs of its tenant or of another, or what comes after it',
  { timeout: 400_000 },
  async (isolation) => {
    const rssBefore = process.memoryUsage.rss()
    await using sandbox = Sandbox.start({ ...SIZES, isolation, circuitBreaker: { maxKills: 1_000 } })
    const stop = new AbortController()
    const lanes = ['acme', 'globex'].flatMap((tenant) =>
      Array.from({ length: INNOCENTS_OF_A_TENANT }, (_, n) => innocents(sandbox, tenant, n, stop.signal)),
    )
    const bombs = BOMBS.values()
    const surprises = await Promise.all(Array.from({ length: BOMBS_AT_ONCE }, () => explode(sandbox, bombs)))
    stop.abort()
    const wrong = await Promise.all(lanes)
    expect(surprises.flat()).toEqual([])
    expect(wrong.flat()).toEqual([])
    const most = SIZES.maxCells + SIZES.spareCells
    await expect.poll(() => childProcesses().length, { timeout: 20_000 }).toBeLessThanOrEqual(most)
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(200 * MIB)
    await sandbox.close()
    expect(childProcesses()).toEqual([])
  },
)
