import { IsolatedRuntimeError, type Outcome, type OutcomeStatus } from '@isolated-runtime/protocol'
import { describe, expect, it } from 'vitest'
import { echo, ended, numbers, plan, reports, valuesOf, type Run } from '../fixtures/map-plan.ts'
import { mapItems } from './map-items.ts'

describe('mapItems()', () => {
  it('gives outcomes in order, whichever batch is over first', async () => {
    const gates: (() => void)[] = []
    let underWay = 0
    let most = 0
    const run: Run = async (items, signal) => {
      most = Math.max(most, ++underWay)
      await new Promise<void>((resolve) => {
        gates.push(resolve)
        if (gates.length % 2 === 0) for (const open of gates.splice(0).toReversed()) open()
      })
      underWay--
      return echo(items, signal)
    }
    expect(valuesOf(await mapItems(numbers(12), plan(run)))).toEqual(numbers(12).flat())
    expect(most).toBe(2)
  })

  it('tells each outcome as soon as its batch has settled, by the place of its item', async () => {
    const told: [unknown, number][] = []
    const isLast = Promise.withResolvers<void>()
    const run: Run = async (items, signal) => {
      if (items.includes('[0]')) await isLast.promise
      return echo(items, signal)
    }
    const onOutcome = (outcome: Outcome, index: number): void => {
      told.push([valuesOf([outcome])[0], index])
      if (index === 7) isLast.resolve()
    }
    await mapItems(numbers(8), plan(run, { concurrency: 3, onOutcome }))
    expect(told).toEqual([3, 4, 5, 6, 7, 0, 1, 2].map((n) => [n, n]))
  })

  it('gives nothing for nothing', async () => {
    expect(await mapItems([], plan(echo))).toEqual([])
  })

  it('tells the usage of each item, and of its batch what cannot be told apart', async () => {
    const [outcome] = await mapItems([['ä']], plan(echo, { limits: {} }))
    expect(outcome?.usage).toMatchObject({ bytesIn: 6, bytesOut: 1, wallMs: 1, bootMs: 5 })
  })

  it('cuts batches by count and by bytes', async () => {
    const sizes: number[] = []
    const run: Run = (items, signal) => {
      sizes.push(items.length)
      return echo(items, signal)
    }
    await mapItems(numbers(7), plan(run))
    expect(sizes.splice(0)).toEqual([3, 3, 1])
    const large = 'x'.repeat(600_000)
    await mapItems([[1], [large], [large], [large], [4]], plan(run, { maxItems: 100 }))
    expect(sizes).toEqual([3, 2])
  })

  it('settles alone what cannot be sent', async () => {
    const outcomes = await mapItems(
      [[1], [1n], ['x'.repeat(20)], [4]],
      plan(echo, { limits: { maxArgsBytes: 10 } }),
    )
    expect(outcomes).toMatchObject([
      { value: 1 },
      {
        status: 'refused',
        error: {
          code: 'ARGUMENTS_NOT_JSON',
          message: expect.stringContaining('items[1][0] is a BigInt') as string,
        },
      },
      {
        status: 'refused',
        error: { code: 'ARGUMENTS_TOO_LARGE', message: expect.stringContaining('item 2') as string },
      },
      { value: 4 },
    ])
  })

  it('settles alone an item that turns itself into something else', async () => {
    const items = [
      [1],
      Object.assign([2], { toJSON: () => 5 }),
      Object.assign([3], { toJSON: () => undefined }),
    ]
    const outcomes = await mapItems(items, plan(echo))
    expect(outcomes).toMatchObject([
      { value: 1 },
      {
        status: 'refused',
        error: { code: 'ARGUMENTS_NOT_JSON', message: expect.stringContaining('become 5') as string },
      },
      { status: 'refused', error: { code: 'ARGUMENTS_NOT_JSON' } },
    ])
  })

  it('runs again what a batch did not come to', async () => {
    const sent: string[][] = []
    const run: Run = async (items) => {
      sent.push([...items])
      // The second item of a batch ends it.
      return reports(
        { value: items[0] },
        ...(items.length > 1
          ? [{ status: 'timed-out' as const, error: { code: 'TIMED_OUT' as const, name: 'E', message: 'm' } }]
          : []),
      )
    }
    const outcomes = await mapItems(numbers(5), plan(run, { maxItems: 5 }))
    expect(valuesOf(outcomes)).toEqual(['[0]', 'timed-out', '[2]', 'timed-out', '[4]'])
    expect(sent).toEqual([['[0]', '[1]', '[2]', '[3]', '[4]'], ['[2]', '[3]', '[4]'], ['[4]']])
  })

  it.each(['crashed', 'out-of-memory'] as const)(
    'finds the one that a %s batch is the work of, with one more run of each',
    async (status) => {
      let runs = 0
      const run: Run = async (items, signal) => {
        runs++
        return items.includes('[7]') ? ended(status) : echo(items, signal)
      }
      const outcomes = await mapItems(numbers(20), plan(run, { maxItems: 10 }))
      expect(valuesOf(outcomes)).toEqual(numbers(20).flat().with(7, status))
      expect(runs).toBe(2 + 10)
    },
  )

  it('hands an outcome of the whole batch to each of its items', async () => {
    expect(
      valuesOf(
        await mapItems(
          numbers(4),
          plan(async () => ended('refused')),
        ),
      ),
    ).toEqual(Array(4).fill('refused' satisfies OutcomeStatus))
  })

  it.each([
    ['no JSON', '{'],
    ['no list', '{}'],
    ['an unknown field', '[{"item":0,"status":"succeeded","bytesOut":0,"wallMs":0,"cpuMs":0,"more":1}]'],
    ['an unknown status', '[{"item":0,"status":"crashed","wallMs":0,"cpuMs":0}]'],
    ['an empty list for one item', '[]'],
    ['an item that was not sent', '[{"item":7,"status":"succeeded","bytesOut":0,"wallMs":0,"cpuMs":0}]'],
  ])('rejects when a batch of one reports %s', async (_, reportsJson) => {
    const run: Run = async () => ({ ...reports(), reportsJson })
    await expect(mapItems([[1]], plan(run))).rejects.toMatchObject({ code: 'INVALID_MESSAGE' })
  })

  it('takes the first report of an item, and values that look like more', async () => {
    const value = JSON.parse('{"__proto__":{"status":"failed"},"toJSON":1}') as unknown
    const run: Run = async () => reports({ item: 0, value }, { item: 0, value: 'late' })
    const [outcome] = await mapItems([[1]], plan(run))
    expect(outcome?.status === 'succeeded' && JSON.stringify(outcome.value)).toBe(
      '{"__proto__":{"status":"failed"},"toJSON":1}',
    )
  })

  it('rejects with platform trouble, and cancels the rest', async () => {
    let cancelled = false
    const second = Promise.withResolvers<void>()
    const run: Run = async (items, signal) => {
      if (items.includes('[0]')) {
        await second.promise
        throw new IsolatedRuntimeError('REDIS_UNREACHABLE', 'gone')
      }
      second.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      cancelled = true
      return ended('cancelled')
    }
    await expect(mapItems(numbers(9), plan(run))).rejects.toMatchObject({ code: 'REDIS_UNREACHABLE' })
    expect(cancelled).toBe(true)
  })

  it('gives the outcomes there are when it is cancelled', async () => {
    const controller = new AbortController()
    const run: Run = async (items, signal) => {
      if (items.includes('[3]')) controller.abort()
      return signal.aborted ? ended('cancelled') : echo(items, signal)
    }
    const outcomes = await mapItems(numbers(9), plan(run, { concurrency: 1, signal: controller.signal }))
    expect(valuesOf(outcomes)).toEqual([0, 1, 2, ...Array<string>(6).fill('cancelled')])
  })
})
