import { setTimeout as delay } from 'node:timers/promises'
import { parseJson, chunkReportSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { callChunk } from './fixtures/call-chunk.ts'
import { callGuest, returning, SMALL } from './fixtures/call-guest.ts'
import { GuestCpu } from './fixtures/guest-cpu.ts'
import { Sandbox } from './index.ts'

const SPIN = 'exports.main = () => { for (;;); }'
const WORK = 'exports.main = (ms) => { for (const end = Date.now() + ms; Date.now() < end; ); return ms }'
const RESTLESS = 'exports.main = () => { const next = () => Promise.resolve().then(next); next(); return 7 }'
const FILLS_HEAP = 'exports.main = () => { const map = new Map(); for (let i = 0; ; i++) map.set(i, i) }'
const DEAF = 'exports.main = () => { const list = []; list.length = 2 ** 32 - 1; list.sort() }'
const STOPS_AT_2 = 'exports.main = (n) => { if (n === 2) for (;;); return n }'

function cancelledAfter(sandbox: Sandbox, ms: number): Promise<EncodedOutcome> {
  return callGuest(sandbox, { code: SPIN, signal: AbortSignal.timeout(ms) })
}

describe('what a run is charged', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())

  it.for([
    ['runs into its time limit', { code: SPIN, limits: { timeoutMs: 200 } }, 'timed-out'],
    ['runs into its limit of CPU time', { code: SPIN, limits: { cpuMs: 100 } }, 'timed-out'],
    ['fills its heap', { code: FILLS_HEAP, tenant: 'full' }, 'out-of-memory'],
    ['leaves microtasks behind', { code: RESTLESS }, 'succeeded'],
    ['does not stop', { code: DEAF, tenant: 'deaf', limits: { timeoutMs: 100 } }, 'timed-out'],
    ['has no such function', { code: `${WORK.replace('main', 'other')}; exports.other(50)` }, 'refused'],
  ] as const)('is what its thread used when it %s', { timeout: 30_000 }, async ([, call, status]) => {
    const outcome = await callGuest(sandbox, call)
    expect(outcome.status).toBe(status)
    // Whatever else the machine does, so much of a processor it gets.
    expect(outcome.usage.cpuMs).toBeGreaterThan(15)
    expect(outcome.usage.wallMs).toBeGreaterThan(0)
  })

  it('is what its thread used when it is cancelled', async () => {
    const outcome = await cancelledAfter(sandbox, 200)
    expect(outcome.status).toBe('cancelled')
    expect(outcome.usage.cpuMs).toBeGreaterThan(15)
    expect(outcome.usage.wallMs).toBeGreaterThan(0)
  })

  it('is next to nothing for a wait that is stopped', async () => {
    await callGuest(sandbox, { code: SPIN, limits: { timeoutMs: 100 } })
    const code = 'exports.main = () => new Promise(() => {})'
    const { usage } = await callGuest(sandbox, { code, limits: { timeoutMs: 500 } })
    expect(usage.cpuMs).toBeLessThan(100)
  })

  it('is all that both attempts used when the first was in vain', { timeout: 30_000 }, async () => {
    const before = await callGuest(sandbox, { code: returning('1'), tenant: 'twice' })
    const { status, usage } = await callGuest(sandbox, { code: FILLS_HEAP, tenant: 'twice' })
    expect({ status, attempts: usage.attempts }).toEqual({ status: 'out-of-memory', attempts: 2 })
    expect(usage.cpuMs).toBeGreaterThan(before.usage.cpuMs)
    const alone = await callGuest(sandbox, { code: FILLS_HEAP, tenant: 'once' })
    expect(usage.cpuMs).toBeGreaterThan(1.3 * alone.usage.cpuMs)
  })

  it.for([true, false])('of a chunk that one item ends is all that it used, ownRealms %s', async (ownRealms) => {
    const code = `${WORK.replace('main', 'work')}; ${STOPS_AT_2.replace('return n', 'exports.work(60); return n')}`
    const outcome = await callChunk(sandbox, { code, items: [[0], [1], [2], [3]], ownRealms, limits: { timeoutMs: 200 } })
    const json = outcome.status === 'succeeded' ? outcome.valueJson : undefined
    const reports = parseJson(chunkReportSchema, json ?? '', 'reports', 'INVALID_MESSAGE')
    expect(reports.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'timed-out'])
    for (const { cpuMs } of reports) expect(cpuMs).toBeGreaterThan(10)
    const ofItems = reports.reduce((total, { cpuMs }) => total + cpuMs, 0)
    expect(outcome.usage.cpuMs).toBeCloseTo(ofItems, 0)
  })

  it('ends with the time limit, though the function has settled', async () => {
    const { status, usage } = await callGuest(sandbox, { code: RESTLESS, limits: { timeoutMs: 50 } })
    expect(status).toBe('succeeded')
    expect(usage.cpuMs).toBeLessThan(150)
  })
})

it.runIf(process.platform === 'linux')(
  'all bills together are what the threads of guests have used',
  { timeout: 120_000 },
  async () => {
    const cpu = new GuestCpu()
    await using sandbox = Sandbox.start({ maxCells: 2, threadsPerCell: 2, spareCells: 1 })
    await sandbox.ready()
    cpu.look()
    // Of the first thread of each process; the others have started since.
    const startMs = Math.min(...cpu.ofThreads)
    const limits = { timeoutMs: 600 }
    const round = (): Promise<EncodedOutcome>[] => [
      callGuest(sandbox, { code: SPIN, limits }),
      callGuest(sandbox, { code: SPIN, limits: { cpuMs: 200 } }),
      callGuest(sandbox, { code: RESTLESS, limits }),
      cancelledAfter(sandbox, 700),
      callGuest(sandbox, { code: WORK, args: [300] }),
      callChunk(sandbox, { code: STOPS_AT_2, items: [[0], [1], [2]], ownRealms: true, limits }),
      callChunk(sandbox, { code: STOPS_AT_2, items: [[0], [1], [2]], limits }),
      callGuest(sandbox, { code: FILLS_HEAP, tenant: 'full' }),
    ]
    const outcomes = await Promise.all([...round(), ...round(), ...round()])
    await delay(0)
    cpu.look()
    cpu.end()
    const billed = outcomes.reduce((total, { usage }) => total + usage.cpuMs, 0)
    const used = cpu.totalMs - cpu.threads * startMs
    expect(Math.abs(billed - used) / used, `billed ${billed} ms, used ${used} ms`).toBeLessThan(0.05)
  },
)
