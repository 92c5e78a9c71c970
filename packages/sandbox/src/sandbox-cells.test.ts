import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { callGuest, returning, SMALL } from './fixtures/call-guest.ts'
import { childProcesses } from './fixtures/child-processes.ts'
import { Sandbox } from './index.ts'
import { startCellProcess, type StartCell } from './pool/cell-process.ts'

/** A program that has nothing to do. */
const ENDS_AT_ONCE = join(import.meta.dirname, 'fixtures/child-processes.ts')

describe('Sandbox', () => {
  it('answers import() with an error of the realm', async () => {
    await using sandbox = Sandbox.start(SMALL)
    const code =
      'exports.main = async () => { try { await import("fs") } catch (e) { return [e instanceof TypeError, e.constructor.constructor === Function] } }'
    expect(await callGuest(sandbox, { code })).toMatchObject({
      status: 'succeeded',
      valueJson: '[true,true]',
    })
  })

  it(
    'runs the innocent again when a cell dies, and blames the guilty one',
    { timeout: 120_000 },
    async () => {
      await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 4, spareCells: 1 })
      const bomb = callGuest(sandbox, {
        code: 'exports.main = () => JSON.stringify(Array(2 ** 26).fill("x".repeat(28)))',
        // Filling a heap takes a busy machine a while.
        limits: { timeoutMs: 60_000 },
      })
      const innocent =
        'exports.main = async (n) => { let x = 0; for (let i = 0; i < 3e7; i++) x += i; return n }'
      const runs = Array.from({ length: 6 }, (_, n) =>
        callGuest(sandbox, { code: innocent, args: [n], limits: { timeoutMs: 60_000 } }),
      )
      expect(await bomb).toMatchObject({ status: 'out-of-memory' })
      const outcomes = await Promise.all(runs)
      expect(outcomes).toMatchObject(outcomes.map((_, n) => ({ status: 'succeeded', valueJson: String(n) })))
    },
  )

  it('rejects what waits and what runs when it is closed, and leaves no process', async () => {
    const sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
    const runs = [1, 2].map(() => callGuest(sandbox, { code: 'exports.main = () => { for (;;); }' }))
    const settled = Promise.allSettled(runs)
    await sandbox.ready()
    expect(sandbox.close()).toBe(sandbox.close())
    await sandbox.close()
    expect(await settled).toMatchObject([{ reason: { code: 'CLOSED' } }, { reason: { code: 'CLOSED' } }])
    await expect(callGuest(sandbox, { code: '' })).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('gives every tenant a turn when there are fewer cells than tenants', async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 2, spareCells: 1 })
    const tenants = Array.from({ length: 12 }, (_, n) => `tenant-${n % 4}`)
    const outcomes = await Promise.all(
      tenants.map((tenant) => callGuest(sandbox, { code: returning('1'), tenant })),
    )
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['succeeded']))
  })

  it.runIf(process.platform === 'linux')(
    'starts several cells at once while tenants wait for one, and keeps none that nobody needs',
    async () => {
      const before = childProcesses()
      const sizes = { maxCells: 4, threadsPerCell: 1, spareCells: 1 }
      // What this process starts itself is there at once.
      await using sandbox = Sandbox.start(sizes, { startCell: (settings) => startCellProcess(settings) })
      const cells = (): number => childProcesses().filter((id) => !before.includes(id)).length
      expect(cells()).toBe(1)
      const runs = ['acme', 'globex', 'initech'].map((tenant) =>
        callGuest(sandbox, { code: returning('1'), tenant }),
      )
      expect(cells()).toBe(Math.min(2, availableParallelism()))
      expect(await Promise.all(runs)).toMatchObject(runs.map(() => ({ valueJson: '1' })))
      await vi.waitFor(() => expect(cells()).toBe(4), 20_000)
    },
  )

  it('gives a run the heap it asks for', async () => {
    await using sandbox = Sandbox.start(SMALL)
    const code =
      'exports.main = () => { const a = []; for (let i = 0; i < 100; i++) a.push(new Array(2 ** 17).fill(i)); return a.length }'
    expect(await callGuest(sandbox, { code, limits: { memoryMb: 64 } })).toMatchObject({
      status: 'out-of-memory',
    })
    expect(await callGuest(sandbox, { code, limits: { memoryMb: 256 } })).toMatchObject({
      status: 'succeeded',
      valueJson: '100',
    })
  })

  it.each([{ maxCells: 0 }, { threads: 1 }, { spareCells: Number.NaN }])(
    'refuses the options %j',
    (options) => {
      expect(() => Sandbox.start(options)).toThrow(/^Invalid sandbox options: "?/)
    },
  )

  it('does not take a busy cell for threads that never come to rest', async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 4, spareCells: 0 })
    const code = 'exports.main = (size) => "x".repeat(size)'
    const limits = { timeoutMs: 60_000, maxResultBytes: 4 * 1024 * 1024 }
    const sizes = Array.from({ length: 24 }, (_, run) => (run % 4 === 0 ? 4_000_000 : 100_000))
    const outcomes = await Promise.all(
      sizes.map((size) => callGuest(sandbox, { code, args: [size], limits })),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(sizes.map(() => 'succeeded'))
  })

  it('has a thread for each run of a cell, however soon they come', async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 3, spareCells: 0 })
    const over = new AbortController()
    const code = 'exports.main = () => new Promise((resolve) => setTimeout(resolve, 60_000))'
    const call = { code, signal: over.signal, limits: { timeoutMs: 60_000 } }
    const waiting = [callGuest(sandbox, call), callGuest(sandbox, call)]
    expect(await callGuest(sandbox, { code: returning('1') })).toMatchObject({ valueJson: '1' })
    over.abort()
    expect(await Promise.all(waiting)).toMatchObject([{ status: 'cancelled' }, { status: 'cancelled' }])
  })

  it('loses no result that only its thread has, if that comes to rest in the time of the run', async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
    // As text within text each quote is four bytes: more than there is room for on the board.
    const code = `exports.main = () => {
      const until = Date.now() + 600
      const next = () => { if (Date.now() < until) Promise.resolve().then(next) }
      next()
      return '"'.repeat(1_100_000)
    }`
    const limits = { maxResultBytes: 4 * 1024 * 1024 }
    const { status, ...outcome } = await callGuest(sandbox, { code, limits })
    expect(status).toBe('succeeded')
    expect('valueJson' in outcome && outcome.valueJson).toHaveLength(2_200_002)
  })

  it('tells that no cell can be started, and when one can again', { timeout: 60_000 }, async () => {
    let isBroken = false
    const startCell: StartCell = (settings) =>
      startCellProcess(settings, isBroken ? { cellFile: ENDS_AT_ONCE } : {})
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 }, { startCell })
    await callGuest(sandbox, { code: returning('1'), tenant: 'a' })
    expect(sandbox.problem).toBeUndefined()
    isBroken = true
    const run = callGuest(sandbox, { code: returning('1'), tenant: 'b' })
    await expect(run).rejects.toMatchObject({ code: 'SANDBOX_FAILED' })
    expect(sandbox.problem).toMatch(/^No cell could be started in 3 attempts, the last one said: /)
    isBroken = false
    await vi.waitFor(() => expect(sandbox.problem).toBeUndefined(), 30_000)
    expect(await callGuest(sandbox, { code: returning('1'), tenant: 'b' })).toMatchObject({ valueJson: '1' })
  })

  it('becomes ready where no spares are wanted', async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
    await sandbox.ready()
    expect(await callGuest(sandbox, { code: returning('1') })).toMatchObject({ valueJson: '1' })
  })

  it('hears its cells before it judges them, when it was held up itself', async () => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
    await callGuest(sandbox, { code: returning('"started"') })
    const run = callGuest(sandbox, { code: returning('"in time"'), limits: { timeoutMs: 300 } })
    // The run is on its way to the cell; then this process stands still until long after it was due.
    await new Promise((resolve) => setImmediate(resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500)
    expect(await run).toMatchObject({ status: 'succeeded', valueJson: '"in time"' })
  })
})
