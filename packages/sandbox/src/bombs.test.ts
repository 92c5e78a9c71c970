import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BOMBS } from './fixtures/bombs.ts'
import { callGuest, returning } from './fixtures/call-guest.ts'
import { childProcesses } from './fixtures/child-processes.ts'
import { Sandbox } from './index.ts'

const MEMORY_MB = 32
const SIZES = { maxCells: 3, threadsPerCell: 2, spareCells: 1, spareMemoryMb: MEMORY_MB }
const LANES = 20
const MIB = 1024 * 1024

const INNOCENT = `exports.main = async (n) => {
  const list = Array.from({ length: 1_000 }, (_, i) => i * n)
  await null
  return list.reduce((sum, one) => sum + one)
}`

const limits = { memoryMb: MEMORY_MB, timeoutMs: 60_000 }

describe.concurrent('while innocent runs of the same and of another tenant go on', () => {
  const sandbox = Sandbox.start({ ...SIZES, circuitBreaker: { maxKills: 1_000 } })
  const rssBefore = process.memoryUsage.rss()
  const wrong: unknown[] = []
  let stopped = false
  let lanes: Promise<unknown>

  /** Keeps one run in flight until it is told to stop. */
  async function lane(tenant: string, n: number): Promise<void> {
    while (!stopped) {
      const outcome = await callGuest(sandbox, { code: INNOCENT, args: [n], tenant, limits })
      const right = outcome.status === 'succeeded' && outcome.valueJson === String(n * 499_500)
      if (!right || outcome.usage.attempts > 2) wrong.push(outcome)
    }
  }

  beforeAll(() => {
    lanes = Promise.all(
      ['acme', 'globex'].flatMap((tenant) => Array.from({ length: LANES }, (_, n) => lane(tenant, n))),
    )
  })

  afterAll(async () => {
    stopped = true
    await lanes
    expect(wrong).toEqual([])
    const most = SIZES.maxCells + SIZES.spareCells
    await expect.poll(() => childProcesses().length, { timeout: 20_000 }).toBeLessThanOrEqual(most)
    expect(process.memoryUsage.rss() - rssBefore).toBeLessThan(200 * MIB)
    await sandbox.close()
    expect(childProcesses()).toEqual([])
  })

  it.each(BOMBS)('$name settles as $expected and harms nobody', { timeout: 120_000 }, async (bomb) => {
    const { code, expected, timeoutMs } = bomb
    const outcome = await callGuest(sandbox, { code, limits: { ...limits, timeoutMs } })
    expect(expected, JSON.stringify(outcome)).toContain(outcome.status)
    expect(wrong).toEqual([])
    expect(await callGuest(sandbox, { code: returning('1'), limits })).toMatchObject({ valueJson: '1' })
  })
})
