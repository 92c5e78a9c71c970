import { guestFolder } from '@isolated-runtime/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { IsolatedRuntime, type ArgumentList, type LocalMapRequest, type Outcome } from './index.ts'

const CODE = `exports.main = (n, what) => {
  if (what === 'throw') throw new RangeError('item ' + n)
  if (what === 'spin') for (;;);
  if (what === 'eat') for (let a = null; ; a = { a });
  if (what === 'wait') return new Promise(() => {})
  return n * 2
}`

function valuesOf(outcomes: readonly Outcome[]): unknown[] {
  return outcomes.map((outcome) => (outcome.status === 'succeeded' ? outcome.value : outcome.status))
}

const numbers = (n: number): ArgumentList[] => Array.from({ length: n }, (_, i) => [i])
const doubled = (n: number): number[] => Array.from({ length: n }, (_, i) => i * 2)

const STATUS_OF: Readonly<Record<string, string>> = {
  throw: 'failed',
  spin: 'timed-out',
  wait: 'timed-out',
  eat: 'out-of-memory',
}

describe('IsolatedRuntime.map()', () => {
  const runtime = new IsolatedRuntime({ sandbox: { maxCells: 2, circuitBreaker: { maxKills: 10 } } })
  afterAll(() => runtime.close())

  async function map(
    items: readonly ArgumentList[],
    request: Partial<LocalMapRequest> = {},
  ): Promise<unknown[]> {
    await using folder = await guestFolder({ 'main.js': CODE })
    const call = { folder: folder.path, file: 'main.js', funcName: 'main' }
    return valuesOf(await runtime.map({ ...call, items, ...request }))
  }

  it.each(['fresh', 'hardened', 'warm'] as const)(
    'gives 10,000 outcomes in order, in %s realms',
    async (realm) => {
      expect(await map(numbers(10_000), { realm })).toEqual(doubled(10_000))
    },
  )

  it('gives nothing for no items, and takes batches of one and of a thousand', async () => {
    expect(await map([])).toEqual([])
    expect(await map(numbers(5), { chunk: 1 })).toEqual(doubled(5))
    expect(await map(numbers(1_500), { chunk: 1_000, concurrency: 1 })).toEqual(doubled(1_500))
  })

  it.each([
    // Filling a heap takes a busy machine a while.
    { bad: { 3: 'throw', 21: 'eat', 39: 'eat' }, timeoutMs: 60_000 },
    { bad: { 3: 'throw', 17: 'spin', 22: 'wait' }, timeoutMs: 1_000 },
  ])('lets items fail alone: $bad', async ({ bad, timeoutMs }) => {
    const items = numbers(40) as unknown[][]
    const expected: unknown[] = doubled(40)
    for (const [n, what] of Object.entries(bad)) {
      items[Number(n)]?.push(what)
      expected[Number(n)] = STATUS_OF[what]
    }
    expect(await map(items, { chunk: 20, limits: { timeoutMs } })).toEqual(expected)
  })

  it('carries items and results of many bytes', async () => {
    await using folder = await guestFolder({ 'main.js': 'exports.main = (text) => text + text' })
    const items = Array.from({ length: 8 }, (_, i) => [`${i}"€\n`.repeat(90_000)])
    const request = {
      folder: folder.path,
      file: 'main.js',
      funcName: 'main',
      items,
      limits: { maxResultBytes: 2 ** 22 },
    }
    expect(valuesOf(await runtime.map(request))).toEqual(items.map(([text]) => `${text}${text}`))
  })

  it('tells the logs and the usage of each item', async () => {
    await using folder = await guestFolder({
      'main.js': 'exports.main = (n) => { console.log(n); for (let i = 0; i < n * 1e7; i++); return n }',
    })
    const request = { folder: folder.path, file: 'main.js', funcName: 'main', items: [[0], [3]] }
    const [idle, busy] = await runtime.map(request)
    expect(idle).toMatchObject({
      logs: [{ level: 'info', text: '0' }],
      usage: { bytesIn: 3, bytesOut: 1, attempts: 1 },
    })
    expect(busy).toMatchObject({ logs: [{ level: 'info', text: '3' }] })
    expect(busy?.usage.cpuMs).toBeGreaterThan(idle?.usage.cpuMs ?? Infinity)
  })

  it('gives what an item threw as the guest made it', async () => {
    const source =
      'exports.main = (n) => { throw n === 0 ? { code: 7 } : new Error("outer", { cause: new TypeError("inner") }) }'
    const request = { source, funcName: 'main' }
    const outcomes = await runtime.map({ ...request, items: [[0], [1]] })
    const alone = await Promise.all([0, 1].map((n) => runtime.outcome({ ...request, args: [n] })))
    for (const [item, outcome] of outcomes.entries())
      expect(outcome).toMatchObject({
        status: 'failed',
        error: Reflect.get(alone[item] ?? {}, 'error') as object,
      })
  })

  it('refuses what is no list of argument lists, and unknown fields', async () => {
    const wrong = JSON.parse('{ "items": [[1], 2, 3], "args": [1], "chunk": 0 }') as LocalMapRequest
    await expect(map([], wrong)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(
        /^Invalid map request: .*"items.1": it is 2, expected the argument list of one call/,
      ) as string,
    })
    await expect(map([], { items: JSON.parse('"abc"') as [] })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    })
  })

  it('cancels', async () => {
    await using folder = await guestFolder({ 'main.js': CODE })
    const controller = new AbortController()
    const request = {
      folder: folder.path,
      file: 'main.js',
      funcName: 'main',
      items: [[1, 'spin'], [2]],
      chunk: 1,
      concurrency: 1,
    }
    const outcomes = runtime.map(request, { signal: controller.signal })
    setImmediate(() => controller.abort('enough'))
    expect(valuesOf(await outcomes)).toEqual(['cancelled', 'cancelled'])
  })

  it('streams more items than it holds', async () => {
    await using folder = await guestFolder({ 'main.js': 'exports.main = (text) => text.length' })
    const text = 'x'.repeat(100_000)
    let read = 0
    function* items(): Generator<ArgumentList> {
      for (; read < 5_000; read++) yield [text]
    }
    let consumed = 0
    let ahead = 0
    const request = {
      folder: folder.path,
      file: 'main.js',
      funcName: 'main',
      items: items(),
      chunk: 50,
      concurrency: 2,
    }
    for await (const outcome of runtime.mapStream<number>(request)) {
      expect(outcome).toMatchObject({ value: 100_000 })
      consumed++
      ahead = Math.max(ahead, read - consumed)
    }
    expect(consumed).toBe(5_000)
    expect(ahead).toBeLessThanOrEqual(100)
  }, 60_000)
})
