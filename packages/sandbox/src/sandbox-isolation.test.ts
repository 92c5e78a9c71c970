import { afterEach, describe, expect, it, vi } from 'vitest'
import { callGuest } from './fixtures/call-guest.ts'
import { Sandbox, type Isolation } from './index.ts'
import { Cell } from './pool/cell.ts'

/** Tenants in no simple order, the same each time. */
const ORDER = [0, 3, 1, 1, 4, 2, 2, 0, 4, 1, 3]

const CODE = 'exports.main = (n) => { for (let i = 0; i < 1e5; i++); return n }'

afterEach(() => vi.restoreAllMocks())

/** Runs of five tenants on two cells, some at once, some one after the other; gives the tenants of each process. */
async function load(isolation: Isolation, runs: number): Promise<string[][]> {
  const spy = vi.spyOn(Cell.prototype, 'run')
  await using sandbox = Sandbox.start({ isolation, maxCells: 2, threadsPerCell: 2, spareCells: 1 })
  const client = async (first: number): Promise<void> => {
    for (let n = first; n < runs; n += 4) {
      const tenant = `tenant-${ORDER[n % ORDER.length]}`
      const outcome = await callGuest(sandbox, { code: CODE, args: [n], tenant })
      expect(outcome).toMatchObject({ status: 'succeeded', valueJson: String(n) })
    }
  }
  await Promise.all([0, 1, 2, 3].map(client))
  const cells = new Map<unknown, string[]>()
  spy.mock.calls.forEach(([{ tenant }], index) => {
    const cell = spy.mock.contexts[index]
    cells.set(cell, [...(cells.get(cell) ?? []), tenant])
  })
  return [...cells.values()]
}

describe('isolation', { timeout: 120_000 }, () => {
  it('"tenant" never lets two tenants into one process, at once or one after the other', async () => {
    const cells = await load('tenant', 16)
    for (const tenants of cells) expect(new Set(tenants).size).toBe(1)
    expect(cells.length).toBeGreaterThan(2)
    expect(cells.flat()).toHaveLength(16)
  })

  it('"run" gives each run a process of its own', async () => {
    const cells = await load('run', 8)
    expect(cells.map((tenants) => tenants.length)).toEqual(Array.from({ length: 8 }, () => 1))
  })

  it('"shared" lets tenants share processes', async () => {
    const cells = await load('shared', 40)
    expect(cells.length).toBeLessThanOrEqual(2)
    expect(Math.max(...cells.map((tenants) => new Set(tenants).size))).toBe(5)
  })
})
