import { afterAll, describe, expect, it } from 'vitest'
import { callGuest, returning, SMALL } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

describe('what starts for a run', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())

  it('is nothing for a run that ends well', async () => {
    const { usage } = await callGuest(sandbox, { code: returning('1') })
    expect(usage).toMatchObject({ startCpuMs: 0, ruinedCpuMs: 0 })
  })

  it.each([
    ['comes to its time limit', 'exports.main = () => { for (;;); }', { timeoutMs: 50 }],
    [
      'never comes to rest',
      'exports.main = () => { const go = () => Promise.resolve().then(go); go() }',
      { timeoutMs: 300 },
    ],
    [
      'holds too much outside of its heap',
      'exports.main = () => { const all = []; for (;;) all.push(new Uint8Array(2 ** 22).fill(1)) }',
      { timeoutMs: 20_000 },
    ],
  ])('is a thread for one that %s', async (_, code, limits) => {
    const { usage } = await callGuest(sandbox, { code, limits })
    expect(usage.startCpuMs).toBe(0)
    expect(usage.ruinedCpuMs).toBeGreaterThan(0)
  })

  it('is charged to one that fills its heap, and to none that is cancelled', async () => {
    const code = 'exports.main = () => { const all = []; for (;;) all.push(new Array(2 ** 22).fill(0)) }'
    const { usage } = await callGuest(sandbox, { code, limits: { timeoutMs: 60_000 } })
    expect(usage.ruinedCpuMs).toBeGreaterThan(0)
    const over = new AbortController()
    const run = callGuest(sandbox, {
      code: 'exports.main = () => new Promise(() => {})',
      signal: over.signal,
    })
    setImmediate(() => over.abort())
    const cancelled = await run
    expect(cancelled).toMatchObject({ status: 'cancelled', usage: { ruinedCpuMs: 0 } })
  })

  it('is a process for one that asks for another class of memory than its tenant has', async () => {
    const tenant = 'odd'
    expect(await callGuest(sandbox, { code: returning('1'), tenant })).toMatchObject({
      usage: { startCpuMs: 0 },
    })
    const larger = await callGuest(sandbox, { code: returning('1'), tenant, limits: { memoryMb: 100 } })
    expect(larger.usage.startCpuMs).toBeGreaterThan(0)
    // Of the same class, and its process is there.
    const again = await callGuest(sandbox, { code: returning('1'), tenant, limits: { memoryMb: 120 } })
    expect(again.usage.startCpuMs).toBe(0)
  })
})
