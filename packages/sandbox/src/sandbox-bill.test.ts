import { parseJson, itemReportsSchema, type EncodedOutcome } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { callBatch } from './fixtures/call-batch.ts'
import { callGuest, returning, SMALL } from './fixtures/call-guest.ts'
import { GuestCpu } from './fixtures/guest-cpu.ts'
import { Sandbox } from './index.ts'

const SPIN = 'exports.main = () => { for (;;); }'
// Some 30 ms of CPU time, however busy the machine is.
const WORK = 'exports.main = (n) => { let x = 0; for (let i = 0; i < 3e7; i++) x += i % 7; return [n, x] }'
const RESTLESS = 'exports.main = () => { const next = () => Promise.resolve().then(next); next(); return 7 }'
const FILLS_HEAP = 'exports.main = () => { const map = new Map(); for (let i = 0; ; i++) map.set(i, i) }'
const DEAF = 'exports.main = () => { const list = []; list.length = 2 ** 32 - 1; list.sort() }'
const STOPS_AT_2 = 'exports.main = (n) => { if (n === 2) for (;;); return n }'

function cancelledAfter(sandbox: Sandbox, ms: number): Promise<EncodedOutcome> {
  return callGuest(sandbox, { code: SPIN, signal: AbortSignal.timeout(ms) })
}

describe.each(['tenant', 'cordon'] as const)('what a run is charged, under "%s"', (isolation) => {
  const sandbox = Sandbox.start({ ...SMALL, isolation })
  afterAll(() => sandbox.close())

  it.for([
    ['runs into its time limit', { code: SPIN, limits: { timeoutMs: 1_000 } }, 'timed-out'],
    [
      'runs into its limit of CPU time',
      { code: SPIN, limits: { cpuMs: 100, timeoutMs: 30_000 } },
      'timed-out',
    ],
    ['fills its heap', { code: FILLS_HEAP, tenant: 'full', limits: { timeoutMs: 60_000 } }, 'out-of-memory'],
    ['leaves microtasks behind', { code: RESTLESS }, 'succeeded'],
    ['does not stop', { code: DEAF, tenant: 'deaf', limits: { timeoutMs: 500 } }, 'timed-out'],
    ['has no such function', { code: `${WORK.replace('main', 'other')}; exports.other(1)` }, 'refused'],
  ] as const)('is what its thread used when it %s', { timeout: 90_000 }, async ([, call, status]) => {
    const outcome = await callGuest(sandbox, call)
    expect(outcome.status).toBe(status)
    // Whatever else the machine does, so much of a processor it gets.
    expect(outcome.usage.cpuMs).toBeGreaterThan(15)
    expect(outcome.usage.wallMs).toBeGreaterThan(0)
  })

  it('is what its thread used when it is cancelled', async () => {
    const outcome = await cancelledAfter(sandbox, 1_000)
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

  it('is all that both attempts used when the first was in vain', { timeout: 180_000 }, async () => {
    const limits = { timeoutMs: 60_000 }
    const before = await callGuest(sandbox, { code: returning('1'), tenant: 'twice' })
    const { status, usage } = await callGuest(sandbox, { code: FILLS_HEAP, tenant: 'twice', limits })
    expect({ status, attempts: usage.attempts }).toEqual({ status: 'out-of-memory', attempts: 2 })
    expect(usage.cpuMs).toBeGreaterThan(before.usage.cpuMs)
    const alone = await callGuest(sandbox, { code: FILLS_HEAP, tenant: 'once', limits })
    expect(usage.cpuMs).toBeGreaterThan(1.3 * alone.usage.cpuMs)
  })

  it.for([true, false])(
    'of a batch that one item ends is all that it used, ownRealms %s',
    { timeout: 90_000 },
    async (ownRealms) => {
      const limits = { cpuMs: 200, timeoutMs: 30_000 }
      const code = `${WORK.replace('main', 'work').replace('3e7', '3e6')}; ${STOPS_AT_2.replace('return n', 'exports.work(n); return n')}`
      // On a busy machine a batch may be over before it comes to its last item.
      await vi.waitFor(async () => {
        const outcome = await callBatch(sandbox, { code, items: [[0], [1], [2], [3]], ownRealms, limits })
        const json = outcome.status === 'reported' ? outcome.reportsJson : ''
        const reports = parseJson(itemReportsSchema, json, 'reports', 'INVALID_MESSAGE')
        expect(reports.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'timed-out'])
        for (const { cpuMs } of reports) expect(cpuMs).toBeGreaterThan(0.5)
        const ofItems = reports.reduce((total, { cpuMs }) => total + cpuMs, 0)
        expect(Math.abs(outcome.usage.cpuMs - ofItems)).toBeLessThan(1)
      }, 60_000)
    },
  )

  it.for([undefined, true, false])(
    'counts compiling, which is no part of the time of the run, ownRealms %s',
    async (ownRealms) => {
      const never = `function never() { ${Array.from({ length: 100_000 }, (_, index) => `let x${index} = [1, { a: () => 2 }]`).join('\n')} }`
      const code = `${never}; exports.main = () => 1 // ${ownRealms}`
      const { usage } =
        ownRealms === undefined
          ? await callGuest(sandbox, { code })
          : await callBatch(sandbox, { code, items: [[]], ownRealms })
      expect(usage.compileMs).toBeGreaterThan(usage.wallMs)
      expect(usage.cpuMs).toBeGreaterThan(usage.wallMs)
    },
  )

  it('ends with the time limit, though the function has settled', async () => {
    const { status, usage } = await callGuest(sandbox, { code: RESTLESS, limits: { timeoutMs: 50 } })
    expect(status).toBe('succeeded')
    expect(usage.cpuMs).toBeLessThan(150)
  })
})

it.runIf(process.platform === 'linux')(
  'all bills together are what the threads of guests have used',
  { timeout: 240_000 },
  async () => {
    const cpu = new GuestCpu()
    await using sandbox = Sandbox.start({ maxCells: 2, threadsPerCell: 2, spareCells: 1 })
    await sandbox.ready()
    cpu.look()
    // Of the first thread of each process; the others have started since.
    const startMs = Math.min(...cpu.ofThreads)
    const limits = { cpuMs: 500, timeoutMs: 60_000 }
    const hostile = [
      callGuest(sandbox, { code: SPIN, limits: { timeoutMs: 1_000 } }),
      callGuest(sandbox, { code: RESTLESS }),
      callGuest(sandbox, { code: FILLS_HEAP, tenant: 'full', limits: { timeoutMs: 60_000 } }),
      cancelledAfter(sandbox, 1_500),
      callBatch(sandbox, { code: STOPS_AT_2, items: [[0], [1], [2]], ownRealms: true, limits }),
      callBatch(sandbox, { code: STOPS_AT_2, items: [[0], [1], [2]], limits }),
      ...Array.from({ length: 6 }, () => callGuest(sandbox, { code: SPIN, limits })),
      ...Array.from({ length: 20 }, () =>
        callGuest(sandbox, { code: WORK, args: [1], limits: { timeoutMs: 60_000 } }),
      ),
    ]
    const outcomes = await Promise.all(hostile)
    cpu.look()
    cpu.end()
    const billed = outcomes.reduce((total, { usage }) => total + usage.cpuMs, 0)
    const used = cpu.totalMs - cpu.threads * startMs
    // Besides 5 %: threads do not take equally long to start.
    const most = 0.05 * used + 5 * cpu.threads
    expect(Math.abs(billed - used), `billed ${billed} ms, used ${used} ms`).toBeLessThan(most)
  },
)
