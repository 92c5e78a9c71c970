import { describe, expect, it } from 'vitest'
import { callGuest, returning } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

const KILLER = 'exports.main = () => { const lists = []; for (;;) lists.push(new Array(2 ** 25).fill(0)) }'
const INNOCENT = 'exports.main = (n) => { let x = 0; for (let i = 0; i < 1e7; i++) x += i; return n }'
const limits = { timeoutMs: 60_000, memoryMb: 16 }
const SIZES = { maxCells: 2, threadsPerCell: 4, spareCells: 1, spareMemoryMb: 16 }

describe('blame', () => {
  it(
    'finds the guilty among many runs, and attempts nobody more than twice',
    { timeout: 120_000 },
    async () => {
      await using sandbox = Sandbox.start(SIZES)
      const runs = Array.from({ length: 18 }, (_, n) =>
        callGuest(sandbox, { code: n % 6 === 0 ? KILLER : INNOCENT, args: [n], limits }),
      )
      const outcomes = await Promise.all(runs)
      expect(outcomes).toMatchObject(
        outcomes.map((_, n) =>
          n % 6 === 0 ? { status: 'out-of-memory' } : { status: 'succeeded', valueJson: String(n) },
        ),
      )
      expect(Math.max(...outcomes.map(({ usage }) => usage.attempts))).toBeLessThanOrEqual(2)
    },
  )

  it('does not blame a run for the garbage of those before it', async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 1 })
    const roomy = { ...limits, memoryMb: 64 }
    // What the registry of symbols holds belongs to the thread, and stays.
    const litter = `exports.main = () => { for (let i = 0; i < 2e5; i++) Symbol.for('x'.repeat(90) + i) }`
    expect(await callGuest(sandbox, { code: litter, limits: roomy })).toMatchObject({ status: 'succeeded' })
    const code =
      'exports.main = () => { const a = []; for (let i = 0; i < 6e5; i++) a.push({ i }); return a.length }'
    const outcome = await callGuest(sandbox, { code, limits: roomy })
    expect(outcome).toMatchObject({ status: 'succeeded', valueJson: '600000' })
  })

  it(
    'refuses a bundle whose runs kill cells again and again, until it is reset',
    { timeout: 120_000 },
    async () => {
      await using sandbox = Sandbox.start({ ...SIZES, circuitBreaker: { maxKills: 2 } })
      const bomb = { code: KILLER, limits }
      const outcomes = [await callGuest(sandbox, bomb), await callGuest(sandbox, bomb)]
      expect(outcomes).toMatchObject([{ status: 'out-of-memory' }, { status: 'out-of-memory' }])
      expect(await callGuest(sandbox, bomb)).toMatchObject({
        status: 'refused',
        error: { code: 'BUNDLE_CIRCUIT_OPEN' },
      })
      expect(await callGuest(sandbox, { code: returning('1'), limits })).toMatchObject({
        status: 'succeeded',
      })
      const [circuit, ...others] = sandbox.circuits()
      expect(circuit).toMatchObject({ tenant: 'acme', state: 'open', kills: 2 })
      expect(others).toEqual([])
      expect(circuit && sandbox.resetCircuit(circuit)).toBe(true)
      expect(await callGuest(sandbox, bomb)).toMatchObject({ status: 'out-of-memory' })
    },
  )
})
