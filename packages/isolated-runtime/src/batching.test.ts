import { guestFolder } from '@isolated-runtime/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IsolatedRuntime } from './isolated-runtime.ts'

const values = Array.from({ length: 500 }, (_, value) => value)
let stack: AsyncDisposableStack
let folder: string

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  folder = stack.use(
    await guestFolder({
      'quick.js': `
        let calls = 0
        exports.count = (value) => { globalThis.seen = (globalThis.seen ?? 0) + 1; return [value, ++calls, seen] }
        exports.tricky = (value) => {
          if (value === 400) for (;;);
          if (value === 401) throw new TypeError('no')
          if (value === 402) { console.log('402'); return () => {} }
          Array.prototype.map = () => { throw new Error('left behind') }
          return value
        }`,
    }),
  ).path
})

afterAll(() => stack.disposeAsync())

/** Calls with each value, this many at a time; gives the outcomes in order. */
async function outcomesOf(runtime: IsolatedRuntime, request: object, atOnce = 64) {
  const left = values.values()
  const outcomes: Awaited<ReturnType<IsolatedRuntime['outcome']>>[] = []
  const lane = async (): Promise<void> => {
    for (const value of left)
      outcomes[value] = await runtime.outcome({
        folder,
        file: 'quick.js',
        funcName: 'count',
        ...request,
        args: [value],
      })
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return outcomes
}

describe.each(['tenant', 'run'] as const)('under isolation "%s"', (isolation) => {
  it.each(['fresh', 'hardened'] as const)(
    'quick %s runs that travel together have globals and modules of their own',
    async (realm) => {
      await using runtime = new IsolatedRuntime({ sandbox: { maxCells: 2, threadsPerCell: 1, isolation } })
      const count = isolation === 'run' ? values.slice(0, 6) : values
      const left = count.values()
      const results: unknown[] = []
      const lane = async (): Promise<void> => {
        for (const value of left)
          results[value] = await runtime.run({
            folder,
            file: 'quick.js',
            funcName: 'count',
            args: [value],
            realm,
          })
      }
      await Promise.all(Array.from({ length: 64 }, lane))
      expect(results).toEqual(count.map((value) => [value, 1, 1]))
    },
  )
})

it('warm runs see what the last one left, each in order', async () => {
  await using runtime = new IsolatedRuntime({ sandbox: { maxCells: 1, threadsPerCell: 1 } })
  const outcomes = await outcomesOf(runtime, { realm: 'warm' })
  const calls = outcomes.map((each) => (each.status === 'succeeded' ? (each.value as number[])[1] : 0))
  expect(calls.toSorted((a = 0, b = 0) => a - b)).toEqual(values.map((value) => value + 1))
})

it('one of them that spins, throws or gives what JSON cannot carry fails alone, with its own log', async () => {
  await using runtime = new IsolatedRuntime({ sandbox: { maxCells: 2, threadsPerCell: 1 } })
  const outcomes = await outcomesOf(runtime, { funcName: 'tricky', limits: { timeoutMs: 300 } })
  const codes: Record<number, string> = { 400: 'TIMED_OUT', 401: 'GUEST_ERROR', 402: 'RESULT_NOT_JSON' }
  const told = outcomes.map((each) => (each.status === 'succeeded' ? each.value : each.error.code))
  expect(told).toEqual(values.map((value) => codes[value] ?? value))
  expect(outcomes.filter(({ logs }) => logs.length > 0)).toEqual([outcomes[402]])
})

it('close() rejects those that wait', async () => {
  const runtime = new IsolatedRuntime({ sandbox: { maxCells: 1, threadsPerCell: 1 } })
  await outcomesOf(runtime, {})
  const ends = Promise.allSettled(
    values.map((value) => runtime.run({ folder, file: 'quick.js', funcName: 'count', args: [value] })),
  )
  await runtime.close()
  const codes = (await ends).map((end) => (end.status === 'rejected' ? end.reason.code : 'settled'))
  expect(codes.filter((code) => code !== 'CLOSED' && code !== 'settled')).toEqual([])
})
