import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { callGuest } from './fixtures/call-guest.ts'
import { startCellProcess } from './pool/cell-process.ts'
import { Pool } from './pool/pool.ts'

const TRIM_AFTER_MS = 300
const POLL = { timeout: 20_000 }
/** Each leaves more garbage than a run has live. */
const CODE = 'exports.main = (n) => Array.from({ length: 20_000 }, (_, i) => ({ i })).length + n'

interface OneCell extends AsyncDisposable {
  call(n: number, tenant?: string): Promise<string | undefined>
  /** Calls a function that does not settle. */
  hang(signal: AbortSignal): Promise<unknown>
  pid(): number
}

function startCell(isolation: 'tenant' | 'cordon' = 'tenant'): OneCell {
  const pids: number[] = []
  const pool = new Pool({
    isolation,
    maxCells: 1,
    cellMemoryMb: () => 1_024,
    slots: 4,
    threadsPerCell: 4,
    spareCells: 0,
    spareMemoryMb: 64,
    maxRunsPerRealm: 2_000,
    allow: [],
    logger: undefined,
    startCell: (sizes) => {
      const started = startCellProcess(sizes, { trimAfterMs: TRIM_AFTER_MS })
      pids.push(started.child.pid ?? 0)
      return started
    },
  })
  const sandbox: Parameters<typeof callGuest>[0] = {
    run: async (run, options) => {
      const { outcome } = await pool.run(run, { refusal: () => undefined, signal: options?.signal })
      return outcome
    },
  }
  return {
    call: async (n, tenant) => {
      const outcome = await callGuest(sandbox, { code: CODE, args: [n], tenant })
      return outcome.status === 'succeeded' ? outcome.valueJson : outcome.status
    },
    hang: (signal) => callGuest(sandbox, { code: 'exports.main = () => new Promise(() => {})', signal }),
    pid: () => {
      expect(pids).toHaveLength(1)
      return pids[0] ?? 0
    },
    [Symbol.asyncDispose]: () => pool.close(),
  }
}

function workersOf(pid: number): number {
  const names = readdirSync(`/proc/${pid}/task`).map((id) =>
    readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim(),
  )
  return names.filter((name) => name === 'guest-thread').length
}

function privateMbOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return (
    [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)].reduce((sum, [, kb]) => sum + Number(kb), 0) /
    1_024
  )
}

describe.runIf(process.platform === 'linux')('a cell', () => {
  it('has one thread until several runs come at once', async () => {
    await using cell = startCell()
    for (let n = 0; n < 5; n++) expect(await cell.call(n)).toBe(String(20_000 + n))
    expect(workersOf(cell.pid())).toBe(1)
    const stop = new AbortController()
    const hanging = [1, 2, 3].map(() => cell.hang(stop.signal))
    await expect.poll(() => workersOf(cell.pid()), POLL).toBe(3)
    stop.abort()
    await Promise.all(hanging)
  })

  it('gives threads and memory back when it is idle, and goes on with what is left', async () => {
    await using cell = startCell()
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 200; n++) await Promise.all([n, n].map((each) => cell.call(each)))
      const busyMb = privateMbOf(cell.pid())
      await expect.poll(() => workersOf(cell.pid()), POLL).toBe(1)
      await expect.poll(() => privateMbOf(cell.pid()), POLL).toBeLessThan(busyMb / 2)
      expect(await cell.call(7)).toBe('20007')
    }
  })

  it('gives memory back also where its threads are of several tenants', async () => {
    await using cell = startCell('cordon')
    const tenants = ['one', 'two', 'three']
    for (let n = 0; n < 60; n++) await Promise.all(tenants.map((tenant) => cell.call(n, tenant)))
    const busyMb = privateMbOf(cell.pid())
    await expect.poll(() => privateMbOf(cell.pid()), POLL).toBeLessThan(busyMb * 0.7)
    expect(workersOf(cell.pid())).toBe(tenants.length)
    for (const tenant of tenants) expect(await cell.call(7, tenant)).toBe('20007')
  })
})
