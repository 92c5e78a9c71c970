import type { ModuleFunctions } from '@isolated-runtime/client'
import { guestFolder, useRedis } from '@isolated-runtime/testing'
import { IsolatedRuntime } from 'isolated-runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFleet, type Front } from './fixtures/fronts.ts'

const redis = useRedis()

const GUEST = `
  let calls = 0
  exports.double = (n) => n * 2
  exports.nothing = async () => {}
  exports.count = (value) => [value, ++calls]
  exports.greet = (name, punctuation = '!') => 'Hello ' + name + punctuation
  exports.seen = () => { rates.vat = 0.07; return rates.vat }
  exports.log = (...words) => { console.log(...words); return words.length }
  exports.fail = (message) => { throw new RangeError(message) }
  exports.spin = () => { for (;;); }
  exports.wait = () => new Promise(() => { setTimeout(() => {}, 60_000) })
  exports.inexpressible = () => () => {}
  exports.bad = (n) => { if (n === 2) throw new TypeError('item ' + n); return n }`

const startLibrary = async (): Promise<Front> =>
  new IsolatedRuntime({ sandbox: { maxCells: 2, threadsPerCell: 2, spareCells: 1 } })

describe.each([
  ['the library', startLibrary],
  ['a client and an executor', () => startFleet(redis.url, redis.uniquePrefix())],
] as const)('%s', (_, start) => {
  let stack: AsyncDisposableStack
  let front: Front
  let folder: string

  beforeAll(async () => {
    stack = new AsyncDisposableStack()
    folder = stack.use(await guestFolder({ 'guest.js': GUEST })).path
    front = stack.use(await start())
    await front.run(call('double', 1))
  })

  afterAll(() => stack.disposeAsync())

  const call = (funcName: string, ...args: unknown[]) => ({ folder, file: 'guest.js', funcName, args })

  describe('run()', () => {
    it('gives what the function returned, awaited', async () => {
      expect(await front.run(call('double', 21))).toBe(42)
      expect(await front.run(call('nothing'))).toBeUndefined()
      expect(await front.run({ source: 'exports.main = async () => [1]', funcName: 'main' })).toEqual([1])
    })

    it('rejects with the error of the guest', async () => {
      await expect(front.run(call('fail', 'too far'))).rejects.toMatchObject({
        code: 'GUEST_ERROR',
        fault: 'guest',
        name: 'RangeError',
        message: 'too far',
        stack: expect.stringContaining('guest.js'),
      })
    })

    it.each([
      ['a function that is not there', 'missing', 'EXPORT_NOT_FOUND'],
      ['a result that JSON cannot carry', 'inexpressible', 'RESULT_NOT_JSON'],
    ])('rejects for %s', async (__, funcName, code) => {
      await expect(front.run(call(funcName))).rejects.toMatchObject({ code })
    })

    it('rejects a request with every problem in one message', async () => {
      const wrong = JSON.parse('{ "file": 1, "limits": { "timeoutMs": 0 }, "more": 1 }') as {
        funcName: string
      }
      const error = await front.run(wrong).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'INVALID_REQUEST' })
      for (const name of ['"file"', '"funcName"', '"limits.timeoutMs"', '"more"'])
        expect(error).toMatchObject({ message: expect.stringContaining(name) })
      await expect(front.run(call('double'), { signal: 1 as unknown as AbortSignal })).rejects.toMatchObject({
        code: 'INVALID_OPTIONS',
      })
      await expect(front.run(call('double', 1n))).rejects.toMatchObject({ code: 'ARGUMENTS_NOT_JSON' })
    })

    it('gives each of many quick runs globals and modules of its own', async () => {
      const values = Array.from({ length: 200 }, (__, value) => value)
      const results = await Promise.all(values.map((value) => front.run(call('count', value))))
      expect(results).toEqual(values.map((value) => [value, 1]))
    })
  })

  describe('outcome()', () => {
    it('tells of the log and the usage', async () => {
      expect(await front.outcome(call('log', 'a', 1))).toMatchObject({
        status: 'succeeded',
        value: 2,
        logs: [{ level: 'info', text: 'a 1' }],
        logsDropped: 0,
        usage: { attempts: 1, bytesIn: 7, bytesOut: 1 },
      })
    })

    it('holds the limits', async () => {
      const limits = { timeoutMs: 100 }
      expect(await front.outcome({ ...call('spin'), limits })).toMatchObject({
        status: 'timed-out',
        error: { code: 'TIMED_OUT' },
      })
      expect(await front.outcome({ ...call('log', 'long'), limits: { maxLogBytes: 10 } })).toMatchObject({
        logs: [],
        logsDropped: 1,
      })
    })

    it('keeps the lines of the log from a level on', async () => {
      const source =
        'exports.main = () => ["debug", "info", "warn", "error"].forEach((level) => console[level](level))'
      const request = { source, funcName: 'main', logLevel: 'warn', limits: { maxLogBytes: 80 } } as const
      const expected = { logs: [{ text: 'warn' }, { text: 'error' }], logsDropped: 0 }
      expect(await front.outcome(request)).toMatchObject(expected)
      expect(await front.map({ ...request, items: [[]] })).toMatchObject([expected])
      await expect(front.run({ ...request, logLevel: 'loud' as 'warn' })).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining('"logLevel"'),
      })
    })

    it('gives the guest a context, frozen if asked for', async () => {
      const context = { rates: { vat: 0.19 } }
      expect(await front.run({ ...call('seen'), context })).toBe(0.07)
      expect(await front.outcome({ ...call('seen'), context, freezeContext: true })).toMatchObject({
        status: 'succeeded',
        value: 0.19,
      })
    })

    it('tries again as asked, and counts the attempts', async () => {
      const retries = { attempts: 2, backoffMs: 1, on: ['failed' as const] }
      expect(await front.outcome({ ...call('fail', 'again'), retries })).toMatchObject({
        status: 'failed',
        usage: { attempts: 2 },
      })
    })

    it('is "cancelled" once the signal is aborted, for the reason given', async () => {
      const reason = new Error('the user left')
      const aborted = AbortSignal.abort(reason)
      const expected = { status: 'cancelled', error: { message: expect.stringContaining('the user left') } }
      expect(await front.outcome(call('double', 1), { signal: aborted })).toMatchObject(expected)
      const controller = new AbortController()
      const waiting = front.outcome(call('wait'), { signal: controller.signal })
      controller.abort(reason)
      expect(await waiting).toMatchObject(expected)
      await expect(front.run(call('double', 1), { signal: aborted })).rejects.toMatchObject({
        code: 'RUN_CANCELLED',
      })
    })

    it('is "timed-out" once its deadline has passed', async () => {
      expect(await front.outcome({ ...call('wait'), deadlineMs: 50 })).toMatchObject({
        status: 'timed-out',
        error: { code: 'DEADLINE_EXCEEDED' },
      })
    })
  })

  describe('runMany()', () => {
    it('gives the outcomes in the order of the requests, and tells each as it comes', async () => {
      const told: number[] = []
      const requests = [call('double', 1), call('fail', 'no'), call('greet', 'Ada')]
      const outcomes = await front.runMany(requests, { onOutcome: (__, index) => void told.push(index) })
      expect(outcomes).toMatchObject([{ value: 2 }, { status: 'failed' }, { value: 'Hello Ada!' }])
      expect(new Set(told)).toEqual(new Set([0, 1, 2]))
    })

    it('begins none when one is at fault, and tells of all that are', async () => {
      const wrong = { ...call('double', 1), file: '' }
      await expect(front.runMany([call('double', 1), wrong, wrong])).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringMatching(/Of 3 runs 2 .*\[1\].*\[2\]/),
      })
    })
  })

  describe('map()', () => {
    it('gives the outcomes in the order of the items, over many batches', async () => {
      const items = Array.from({ length: 250 }, (__, n) => [n])
      const outcomes = await front.map<number>({
        folder,
        file: 'guest.js',
        funcName: 'double',
        items,
        chunk: 20,
      })
      expect(outcomes.map((outcome) => outcome.status === 'succeeded' && outcome.value)).toEqual(
        items.map(([n = 0]) => n * 2),
      )
      expect(await front.map({ folder, file: 'guest.js', funcName: 'double', items: [] })).toEqual([])
    })

    it('lets an item that is bad fail alone', async () => {
      const request = { folder, file: 'guest.js', funcName: 'bad', limits: { maxArgsBytes: 1_000 } }
      const told: number[] = []
      const outcomes = await front.map(
        { ...request, items: [[1], [2], ['x'.repeat(2_000)], [4n], [5]] },
        { onOutcome: (__, index) => void told.push(index) },
      )
      expect(outcomes).toMatchObject([
        { value: 1 },
        { status: 'failed', error: { name: 'TypeError', message: 'item 2' } },
        { status: 'refused', error: { code: 'ARGUMENTS_TOO_LARGE' } },
        { status: 'refused', error: { code: 'ARGUMENTS_NOT_JSON' } },
        { value: 5 },
      ])
      expect(new Set(told)).toEqual(new Set([0, 1, 2, 3, 4]))
    })

    it('is cancelled by its signal', async () => {
      const signal = AbortSignal.abort(new Error('enough'))
      const request = { folder, file: 'guest.js', funcName: 'double', items: [[1], [2]] }
      expect(await front.map(request, { signal })).toMatchObject([
        { status: 'cancelled' },
        { status: 'cancelled' },
      ])
    })
  })

  describe('mapStream()', () => {
    it('reads as far as there is room, and no further once its consumer leaves', async () => {
      let read = 0
      let isClosed = false
      function* endless(): Generator<[number], void, undefined> {
        try {
          for (;;) yield [read++]
        } finally {
          isClosed = true
        }
      }
      const request = {
        folder,
        file: 'guest.js',
        funcName: 'double',
        items: endless(),
        chunk: 5,
        concurrency: 2,
      }
      const values: unknown[] = []
      for await (const outcome of front.mapStream(request)) {
        values.push(outcome.status === 'succeeded' && outcome.value)
        if (values.length === 12) break
      }
      expect(values).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22])
      expect(read).toBeLessThanOrEqual(30)
      expect(isClosed).toBe(true)
    })

    it('throws RUN_CANCELLED once its signal is aborted', async () => {
      const request = { folder, file: 'guest.js', funcName: 'double', items: [[1]] }
      const stream = front.mapStream(request, { signal: AbortSignal.abort() })
      await expect(stream.next()).rejects.toMatchObject({ code: 'RUN_CANCELLED' })
    })
  })

  it('module() has the functions of a file', async () => {
    interface Guest {
      double(n: number): number
      greet(name: string, punctuation?: string): string
    }
    const guest: ModuleFunctions<Guest> = front.module<Guest>({ folder, file: 'guest.js' })
    expect(await guest.double(4)).toBe(8)
    expect(await guest.greet('Ada')).toBe('Hello Ada!')
    expect(await guest.greet('Ada', undefined)).toBe('Hello Ada!')
    expect(await Promise.resolve(guest)).toBe(guest)
    const named = { folder, file: 'guest.js', funcName: 'double' }
    expect(() => front.module(named)).toThrow('"funcName"')
  })

  it('close() ends what waits, and what comes later, with CLOSED', async () => {
    const other = await start()
    const waiting = other.run(call('wait')).catch((error: unknown) => error)
    const mapping = other
      .map({ folder, file: 'guest.js', funcName: 'wait', items: [[1]] })
      .catch((error: unknown) => error)
    await other.run(call('double', 1))
    await other.close()
    expect(await waiting).toMatchObject({ code: 'CLOSED' })
    expect(await mapping).toMatchObject({ code: 'CLOSED' })
    await expect(other.run(call('double', 1))).rejects.toMatchObject({ code: 'CLOSED' })
    await expect(other.runMany([call('double', 1)])).rejects.toMatchObject({ code: 'CLOSED' })
    await other.close()
  })
})
