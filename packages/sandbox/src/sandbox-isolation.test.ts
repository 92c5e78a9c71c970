import { argumentsOf } from '@isolated-runtime/protocol'
import { describe, expect, it, vi } from 'vitest'
import { FrameDecoder } from './cell/frame-codec.ts'
import { MAX_FRAME_BYTES, type ToCell } from './cell/frames.ts'
import { callGuest } from './fixtures/call-guest.ts'
import type { Isolation } from './index.ts'
import { startCellProcess } from './pool/cell-process.ts'
import { Pool } from './pool/pool.ts'

/** Tenants in no simple order, the same each time. */
const ORDER = [0, 3, 1, 1, 4, 2, 2, 0, 4, 1, 3]

const CODE = 'exports.main = (n) => { for (let i = 0; i < 1e5; i++); return n }'

/** Runs of five tenants on two cells, some at once, some one after the other; gives the tenants of each process. */
async function load(isolation: Isolation, runs: number): Promise<string[][]> {
  const written: { readonly pid: number | undefined; readonly write: { mock: { calls: unknown[][] } } }[] = []
  const pool = new Pool({
    isolation,
    slots: isolation === 'run' ? 2 : 4,
    maxCells: 2,
    cellMemoryMb: () => 1_024,
    threadsPerCell: isolation === 'run' ? 1 : 2,
    spareCells: 1,
    spareMemoryMb: 64,
    maxRunsPerRealm: 2_000,
    allow: [],
    logger: undefined,
    startCell: (settings) => {
      const started = startCellProcess(settings)
      written.push({ pid: started.child.pid, write: vi.spyOn(started.pipe, 'write') })
      return started
    },
  })
  const sandbox: Parameters<typeof callGuest>[0] = {
    run: async (run) => (await pool.run(run, { refusal: () => undefined })).outcome,
  }
  const client = async (first: number): Promise<void> => {
    for (let n = first; n < runs; n += 4) {
      const outcome = await callGuest(sandbox, { code: CODE, args: [n], tenant: tenantOf(n) })
      expect(outcome).toMatchObject({ status: 'succeeded', valueJson: String(n) })
    }
  }
  await Promise.all([0, 1, 2, 3].map(client))
  await pool.close()
  const tenants = new Map<number | undefined, string[]>()
  for (const { pid, write } of written)
    tenants.set(pid, [...(tenants.get(pid) ?? []), ...runsIn(write.mock.calls).map(tenantOf)])
  return [...tenants.values()].filter((process) => process.length > 0)
}

function tenantOf(n: number): string {
  return `tenant-${ORDER[n % ORDER.length]}`
}

/** The first argument of each run that a process was given. */
function runsIn(writes: readonly unknown[][]): number[] {
  const decoder = new FrameDecoder(MAX_FRAME_BYTES)
  return writes
    .flatMap(([chunk]) => [...decoder.push(chunk as Buffer)])
    .map((text) => JSON.parse(text) as ToCell)
    .flatMap((frame) =>
      frame.type === 'run' ? (JSON.parse(argumentsOf(frame.call.work)[0] ?? '') as number[]) : [],
    )
}

describe('isolation', { timeout: 120_000 }, () => {
  it('"tenant" never lets two tenants into one process, at once or one after the other', async () => {
    const processes = await load('tenant', 16)
    for (const tenants of processes) expect(new Set(tenants).size).toBe(1)
    expect(processes.length).toBeGreaterThan(2)
    expect(processes.flat()).toHaveLength(16)
  })

  it('"run" gives each run a process of its own', async () => {
    const processes = await load('run', 8)
    expect(processes.map((tenants) => tenants.length)).toEqual(Array.from({ length: 8 }, () => 1))
  })

  it('"shared" lets tenants share processes', async () => {
    const processes = await load('shared', 40)
    expect(processes.length).toBeLessThanOrEqual(2)
    expect(Math.max(...processes.map((tenants) => new Set(tenants).size))).toBe(5)
  })
})
