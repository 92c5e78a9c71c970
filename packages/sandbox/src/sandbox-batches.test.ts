import { afterAll, describe, expect, it } from 'vitest'
import { childProcesses } from './fixtures/child-processes.ts'
import { callGuest, returning, SMALL } from './fixtures/call-guest.ts'
import { callBatch, reportsFrom, type BatchCall } from './fixtures/call-batch.ts'
import { Sandbox } from './index.ts'

/** Items that are a number each, from 0. */
const numbers = (n: number): unknown[][] => Array.from({ length: n }, (_, i) => [i])

describe('a batch of items', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())
  const reports = (call: BatchCall) => reportsFrom(sandbox, call)

  it.each(['fresh', 'hardened', 'warm'] as const)('is called item by item in a %s realm', async (realm) => {
    const code =
      'exports.main = async (a, b) => { console.log(a); return b === undefined ? undefined : { sum: a + b } }'
    expect(await reports({ code, realm, items: [[1, 2], [3], ['ä', '"€"']] })).toMatchObject([
      { item: 0, status: 'succeeded', value: { sum: 3 }, bytesOut: 9, logs: [{ text: '1' }] },
      { item: 1, status: 'succeeded', bytesOut: 0, logs: [{ text: '3' }] },
      { item: 2, status: 'succeeded', value: { sum: 'ä"€"' }, logs: [{ text: 'ä' }] },
    ])
  })

  it('shares globals, context and modules among its items, and with nobody after it', async () => {
    const code =
      'let calls = 0; exports.main = () => { global.a = (global.a ?? 0) + 1; return [a, ++calls, ++given] }'
    for (let round = 0; round < 2; round++) {
      const items = await reports({ code, items: numbers(2), context: { given: 7 } })
      expect(items).toMatchObject([{ value: [1, 1, 8] }, { value: [2, 2, 9] }])
    }
    const outcome = await callGuest(sandbox, { code: returning('typeof a + typeof given') })
    expect(outcome).toMatchObject({ valueJson: '"undefinedundefined"' })
  })

  it('lets an item that fails fail alone', async () => {
    const code = `exports.main = (what) => {
      if (what === 'throw') throw new RangeError('no')
      if (what === 'function') return main
      if (what === 'large') return 'x'.repeat(100)
      return what
    }`
    const items = [['throw'], ['function'], ['large'], ['fine']]
    expect(await reports({ code, items, limits: { maxResultBytes: 50 } })).toMatchObject([
      { status: 'failed', error: { code: 'GUEST_ERROR', name: 'RangeError' } },
      { status: 'failed', error: { code: 'GUEST_ERROR', name: 'ReferenceError' } },
      { status: 'failed', error: { code: 'RESULT_TOO_LARGE' } },
      { status: 'succeeded', value: 'fine' },
    ])
    expect(await reports({ code: 'exports.other = 1', items: numbers(2) })).toMatchObject([
      { status: 'refused', error: { code: 'EXPORT_NOT_FOUND' } },
      { status: 'refused', error: { code: 'EXPORT_NOT_FOUND' } },
    ])
  })

  it('holds "timeoutMs" and "cpuMs" for each item, and keeps what was there before', async () => {
    const code = `exports.main = (n) => {
      if (n === 2) for (;;);
      if (n === 'late') return new Promise(() => {})
      const end = performance.now() + 350
      while (performance.now() < end);
      return n
    }`
    const limits = { timeoutMs: 690 }
    expect(await reports({ code, items: numbers(4), limits })).toMatchObject([
      { item: 0, value: 0 },
      { item: 1, value: 1 },
      { item: 2, status: 'timed-out', error: { code: 'TIMED_OUT' } },
    ])
    expect(await reports({ code, items: [[0], ['late'], [1]], limits })).toMatchObject([
      { item: 0, value: 0 },
      { item: 1, status: 'timed-out', error: { code: 'TIMED_OUT' } },
    ])
    expect(
      await reports({ code, items: numbers(4), limits: { timeoutMs: 60_000, cpuMs: 690 } }),
    ).toMatchObject([
      { item: 0, value: 0 },
      { item: 1, value: 1 },
      { item: 2, status: 'timed-out', error: { code: 'CPU_TIME_EXCEEDED' } },
    ])
  })

  it('begins no further item when its time is over, or its reports are many bytes', async () => {
    const slow = await reports({
      code: 'exports.main = () => new Promise((resolve) => setTimeout(resolve, 300))',
      items: numbers(10),
      limits: { timeoutMs: 1_000 },
    })
    expect(slow.length).toBeGreaterThanOrEqual(2)
    expect(slow.length).toBeLessThan(5)
    const large = await reports({ code: returning('"x".repeat(50_000)'), items: numbers(100) })
    expect(large.length).toBeGreaterThanOrEqual(2)
    expect(large.length).toBeLessThan(8)
    const code = returning('"\\u0000€\\"".repeat(300_000)')
    expect(
      await reports({ code, items: numbers(3), limits: { maxResultBytes: 4 * 1024 * 1024 } }),
    ).toHaveLength(1)
  })

  it('settles as a whole when nobody knows which item ended it', async () => {
    const code = 'exports.main = (n) => { if (n < 2) return n; const a = []; for (;;) a.push(1) }'
    const call = { code, items: numbers(4), tenant: 'hungry', limits: { timeoutMs: 20_000 } }
    expect(await callBatch(sandbox, call)).toMatchObject({ status: 'out-of-memory' })
    // Who of them it was is yet to be found out.
    expect(sandbox.circuits()).toEqual([])
  })

  it('tells of the items of a thread that never comes to rest', async () => {
    const code =
      'exports.main = (n) => { const next = () => Promise.resolve().then(next); if (n === 2) next(); return "x".repeat(40_000) }'
    const items = await reports({ code, items: numbers(3) })
    expect(items.map(({ item, status }) => [item, status])).toEqual([
      [0, 'succeeded'],
      [1, 'succeeded'],
      [2, 'succeeded'],
    ])
  })

  it.runIf(process.platform === 'linux')(
    'runs again when its cell is killed, and blames no bundle',
    async () => {
      const before = childProcesses()
      await using other = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
      await other.ready()
      const [cell] = childProcesses().filter((id) => !before.includes(id))
      const batch = callBatch(other, {
        code: 'exports.main = () => new Promise(() => {})',
        items: numbers(50),
        limits: { timeoutMs: 300 },
      })
      setImmediate(() => process.kill(Number(cell), 'SIGKILL'))
      expect(await batch).toMatchObject({ status: 'reported', usage: { attempts: 2 } })
      expect(other.circuits()).toEqual([])
    },
  )

  it('can be cancelled', async () => {
    const spinning = new AbortController()
    const batch = callBatch(sandbox, {
      code: 'exports.main = () => { for (;;); }',
      items: numbers(3),
      signal: spinning.signal,
    })
    spinning.abort('enough')
    expect(await batch).toMatchObject({ status: 'cancelled' })
  })

  it.each([
    ['JSON', 'JSON.stringify = JSON.parse = () => "gotcha"'],
    [
      'Promise',
      'Promise.prototype.then = () => {}; Promise = undefined; Object.prototype.then = (f) => f(9)',
    ],
    [
      'Array.prototype',
      'Object.defineProperty(Array.prototype, 0, { set() { throw 1 }, get: () => 5 }); Array.prototype.push = () => 1',
    ],
    [
      'Object.prototype',
      'for (const key of ["item", "status", "value", "error", "get", "set"]) Object.prototype[key] = "gotcha"',
    ],
    ['the global object', 'Object.freeze(globalThis)'],
    ['errors', 'Error.prepareStackTrace = () => { for (;;); }; Error = undefined'],
  ])('keeps reports true when an item patches %s', async (_, patch) => {
    const code = `exports.main = (n) => { if (n === 0) { ${patch} } return 'item ' + n }`
    const items = await reports({ code, items: numbers(4), limits: { timeoutMs: 500 } })
    expect(items.map(({ item }) => item)).toEqual([0, 1, 2, 3])
    expect(items[0]).toMatchObject({ status: 'succeeded', value: 'item 0' })
    expect(await callGuest(sandbox, { code: returning('[JSON.stringify([1])]') })).toMatchObject({
      valueJson: '["[1]"]',
    })
  })
})
