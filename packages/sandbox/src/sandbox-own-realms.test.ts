import type { ItemReport, RealmKind } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { callBatch, reportsFrom, type BatchCall } from './fixtures/call-batch.ts'
import { callGuest, returning } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

const KINDS: readonly RealmKind[] = ['fresh', 'hardened', 'warm']
const RENEWED: readonly RealmKind[] = ['fresh', 'hardened']

/** Items that are a number each, from 0. */
const numbers = (n: number): unknown[][] => Array.from({ length: n }, (_, i) => [i])

describe('a batch of items with realms of their own', () => {
  // One thread, so that runs after a batch meet what it left.
  const sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
  afterAll(() => sandbox.close())

  /** What is reported of the items in one go: not of those the batch did not come to. */
  const once = (call: BatchCall) => reportsFrom(sandbox, { ...call, ownRealms: true })

  /** The same, tried until the batch comes to this many items: a busy machine may take its time from it. */
  async function reaching(count: number, call: BatchCall): Promise<ItemReport[]> {
    for (;;) {
      const reports = await once(call)
      if (reports.length >= count) return reports
    }
  }

  /** Sends the rest again, as clients do, until there is a report of each item. */
  async function all(call: BatchCall): Promise<ItemReport[]> {
    const reports: ItemReport[] = []
    while (reports.length < call.items.length) {
      const items = call.items.slice(reports.length)
      const some = await once({ ...call, items })
      expect(some.map(({ item }) => item)).toEqual(some.map((_, item) => item))
      expect(some.length).toBeGreaterThan(0)
      reports.push(...some)
    }
    return reports
  }

  const values = async (call: BatchCall) =>
    (await all(call)).map((report) => (report.status === 'succeeded' ? report.value : report.error))

  describe.each(KINDS)('of the kind %s', (realm) => {
    it('has results, logs and failures of each item alone', async () => {
      const code = `exports.main = (what) => {
        console.log(what)
        if (what === 'throw') throw new RangeError('no')
        if (what === 'large') return 'x'.repeat(100)
        if (what === 'chatty') for (let line = 0; line < 100; line++) console.log('x'.repeat(100))
        return what
      }`
      const items = [['throw'], ['large'], ['chatty'], ['fine']]
      const limits = { maxResultBytes: 50, maxLogBytes: 1_000 }
      const reports = await all({ code, realm, items, limits })
      expect(reports).toMatchObject([
        { status: 'failed', error: { code: 'GUEST_ERROR', name: 'RangeError' }, logs: [{ text: 'throw' }] },
        { status: 'failed', error: { code: 'RESULT_TOO_LARGE' }, logs: [{ text: 'large' }] },
        { status: 'succeeded', value: 'chatty' },
        { status: 'succeeded', value: 'fine', logs: [{ text: 'fine' }], logsDropped: 0 },
      ])
      expect(reports[2]?.logsDropped).toBeGreaterThan(80)
    })

    it('gives each item the context anew, and a clock and timers of its own', async () => {
      // On a busy machine it may go off within its own item.
      const code = `let current
      exports.main = async (n) => {
        current = n
        const late = performance.now() > 100
        setTimeout(() => { if (current !== n) globalThis.fired = n }, 1)
        const seen = [++given, late, typeof fired]
        await new Promise((resolve) => setImmediate(resolve))
        return seen
      }`
      expect(await values({ code, realm, items: numbers(4), context: { given: 7 } })).toEqual(
        Array.from({ length: 4 }, () => [8, false, 'undefined']),
      )
    })

    it('lets nothing in the microtask queue of an item reach the next', async () => {
      const code = `exports.main = (n) => {
        let turns = 0
        const next = () => { console.log('late'); globalThis.late = n; if (++turns < 50) return Promise.resolve().then(next) }
        if (n === 0) Promise.resolve().then(() => {}).then(() => {}).then(next)
        return n
      }`
      const [first, second] = await all({ code, realm, items: numbers(2) })
      expect(first).toMatchObject({ value: 0, wallMs: expect.any(Number) })
      expect(second).toMatchObject({ value: 1, logs: [] })
    })

    it('ends with an item whose microtasks never end, and tells of it and those before', async () => {
      const code = `const next = () => Promise.resolve().then(next)
        exports.main = (n) => { if (n === 2) next(); return n }`
      const reports = await reaching(3, { code, realm, items: numbers(5), limits: { timeoutMs: 10_000 } })
      expect(reports).toMatchObject([
        { item: 0, status: 'succeeded', value: 0 },
        { item: 1, status: 'succeeded', value: 1 },
        { item: 2, status: 'succeeded', value: 2 },
      ])
      expect(await reaching(2, { code, realm, items: [[3], [4]] })).toMatchObject([
        { value: 3 },
        { value: 4 },
      ])
    })

    it('holds "timeoutMs" and "cpuMs" for each item', async () => {
      const code = `exports.main = (what) => {
        if (what === 'spin') for (;;);
        if (what === 'wait') return new Promise(() => {})
        return what
      }`
      for (const what of ['spin', 'wait']) {
        const items = [['a'], ['b'], [what], ['c']]
        expect(await reaching(3, { code, realm, items, limits: { timeoutMs: 100 } })).toMatchObject([
          { item: 0, value: 'a' },
          { item: 1, value: 'b' },
          { item: 2, status: 'timed-out', error: { code: 'TIMED_OUT' } },
        ])
      }
      const limits = { timeoutMs: 5_000, cpuMs: 50 }
      expect(await reaching(2, { code, realm, items: [['a'], ['spin'], ['c']], limits })).toMatchObject([
        { item: 0, value: 'a' },
        { item: 1, status: 'timed-out', error: { code: 'CPU_TIME_EXCEEDED' } },
      ])
    })

    it('begins no further item once it has run for 250 ms', async () => {
      const code = returning('new Promise((resolve) => setTimeout(resolve, 300))')
      expect(await once({ code, realm, items: numbers(5) })).toHaveLength(1)
    })

    it('settles as a whole when memory runs out, and blames no bundle', async () => {
      const code = 'exports.main = () => { const a = []; for (;;) a.push(1) }'
      const call = { code, realm, items: numbers(4), ownRealms: true, limits: { timeoutMs: 20_000 } }
      expect(await callBatch(sandbox, call)).toMatchObject({ status: 'out-of-memory' })
      expect(sandbox.circuits()).toEqual([])
    })
  })

  it.each(RENEWED)('shows an item nothing of those before, if %s', async (realm) => {
    const code = `let calls = 0
      exports.main = () => {
        const seen = [calls++, typeof left, typeof implicit, [].mine, ({}).mine, String(RegExp.$1), typeof Date.now(), Error.stackTraceLimit === 0]
        globalThis.left = 1
        implicit = 1
        for (const { prototype } of [Array, Object, Promise, Function, RegExp])
          Reflect.defineProperty(prototype, 'mine', { value: 1 })
        try { Date.now = () => 'never' } catch {} // A hardened builtin refuses it.
        Error.stackTraceLimit = 0
        ;/(x)/.exec('x')
        return seen
      }`
    const clean = [0, 'undefined', 'undefined', null, null, '', 'number', false]
    expect(await values({ code, realm, items: numbers(6) })).toEqual(Array.from({ length: 6 }, () => clean))
  })

  it('keeps nothing alive of what an item has logged', async () => {
    const code = `exports.main = () => { const large = 'x'.repeat(7e7); console.log(large.slice(5, 105)) }`
    expect(await once({ code, items: numbers(1) })).toMatchObject([{ logs: [{ text: 'x'.repeat(100) }] }])
    const holding = returning('Array.from({ length: 50 }, () => new Array(2 ** 17).fill(0.5)).length')
    const outcome = await callGuest(sandbox, { code: holding, limits: { timeoutMs: 20_000 } })
    expect(outcome).toMatchObject({ status: 'succeeded', valueJson: '50', usage: { attempts: 1 } })
  })

  it.each(RENEWED)('keeps reports true when an item patches what it can, if %s', async (realm) => {
    const code = `exports.main = (n) => {
      for (const act of [
        () => { JSON.stringify = JSON.parse = () => 'gotcha' },
        () => { Promise.prototype.then = () => {}; Object.prototype.then = (f) => f(9) },
        () => { globalThis.Promise = undefined },
        () => { for (const key of ['item', 'status', 'value', 'error']) Object.prototype[key] = 'gotcha' },
        () => { Error.prepareStackTrace = () => { for (;;); } },
        () => { Object.freeze(globalThis) },
      ]) try { act() } catch {}
      return 'item ' + n
    }`
    expect(await values({ code, realm, items: numbers(4) })).toEqual(['item 0', 'item 1', 'item 2', 'item 3'])
  })

  it.each(RENEWED)('leads an item to no object of the one before, if %s', async (realm) => {
    // Marks all it comes to and can change, and lists the ways to what was marked before it came.
    const code = `exports.main = () => {
      const marked = []
      const ways = new Map([[globalThis, 'globalThis'], [exports, 'exports'], [require, 'require'], [module, 'module'], [async () => {}, 'async'], [new Error(), 'error']])
      const meet = (value, way) => {
        const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
        if (isObject && !ways.has(value)) ways.set(value, way)
      }
      for (const [object, way] of ways) {
        if (Object.hasOwn(object, 'marked by an item')) marked.push(way)
        Reflect.defineProperty(object, 'marked by an item', { value: true, configurable: true })
        meet(Object.getPrototypeOf(object), way + '.__proto__')
        for (const key of Reflect.ownKeys(object)) {
          const { value, get, set } = Object.getOwnPropertyDescriptor(object, key)
          meet(value, way + '.' + String(key))
          meet(get, way + '.get ' + String(key))
          meet(set, way + '.set ' + String(key))
        }
      }
      return [ways.size > 500, marked]
    }`
    const found = await values({ code, realm, items: numbers(4), limits: { timeoutMs: 5_000 } })
    expect(found).toEqual(Array.from({ length: 4 }, () => [true, []]))
  })

  it('keeps globals and modules from item to item if warm, and with single runs of the bundle', async () => {
    const code =
      'let calls = 0; exports.main = () => [++calls, (globalThis.total = (globalThis.total ?? 0) + 1)]'
    expect(await values({ code, realm: 'warm', items: numbers(3) })).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    expect(await callGuest(sandbox, { code, realm: 'warm' })).toMatchObject({ valueJson: '[4,4]' })
  })

  it.each<RealmKind>(['hardened', 'warm'])(
    'drops the realm of an item that failed so, if %s',
    async (realm) => {
      const code = `let calls = 0
      exports.main = (what) => { calls++; return what === 'large' ? 'x'.repeat(100) : calls }`
      const items = [['fine'], ['large'], ['fine']]
      expect(await values({ code, realm, items, limits: { maxResultBytes: 50 } })).toMatchObject([
        1,
        { code: 'RESULT_TOO_LARGE' },
        1,
      ])
    },
  )

  it('ends with an item that never comes to rest and whose report finds no room', async () => {
    const code = `const next = () => { Promise.resolve().then(next) }
      exports.main = (n) => { if (n === 1) next(); return 'x'.repeat(90_000) }`
    expect(await once({ code, items: [[1], [2]], limits: { timeoutMs: 500 } })).toMatchObject([
      { item: 0, status: 'timed-out', error: { code: 'TIMED_OUT' } },
    ])
    expect((await once({ code, items: [[0], [1]] })).map(({ item }) => item)).toEqual([0])
  })

  it('can be cancelled', async () => {
    const spinning = new AbortController()
    const code = 'exports.main = () => { for (;;); }'
    const batch = callBatch(sandbox, { code, items: numbers(3), ownRealms: true, signal: spinning.signal })
    spinning.abort('enough')
    expect(await batch).toMatchObject({ status: 'cancelled' })
  })
})

describe('runs that came together go one at a time where each run has a cell of its own', () => {
  it.each([
    ['run', undefined],
    ['run', 'run'],
    ['tenant', 'run'],
    ['shared', 'run'],
  ] as const)('in a sandbox of isolation "%s", for a run of isolation "%s"', async (isolation, own) => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0, isolation })
    const reports = await reportsFrom(sandbox, {
      code: 'exports.main = (value) => value',
      items: numbers(5),
      ownRealms: true,
      isolation: own,
    })
    expect(reports).toMatchObject([{ item: 0, status: 'succeeded', value: 0 }])
  })
})
