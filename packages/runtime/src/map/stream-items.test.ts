import { type ArgumentList } from '@isolated-runtime/protocol'
import { describe, expect, it } from 'vitest'
import { echo, numbers, plan, valuesOf, type Run } from '../fixtures/map-plan.ts'
import { streamItems } from './map-items.ts'

async function* broken(): AsyncGenerator<ArgumentList> {
  yield* numbers(4)
  throw new RangeError('the database is gone')
}

describe('streamItems()', () => {
  it('reads no more items than may be under way, however many there are', async () => {
    let read = 0
    let closed = 0
    function* endless(): Generator<ArgumentList> {
      try {
        for (;;) yield [read++]
      } finally {
        closed++
      }
    }
    let consumed = 0
    for await (const outcome of streamItems(endless(), plan(echo, { maxItems: 10, concurrency: 3 }))) {
      expect(outcome).toMatchObject({ value: consumed })
      consumed++
      expect(read - consumed).toBeLessThanOrEqual(30)
      if (consumed === 5_000) break
    }
    expect(closed).toBe(1)
  })

  it('cancels what is under way when its consumer leaves', async () => {
    const signals: AbortSignal[] = []
    const second = Promise.withResolvers<void>()
    const run: Run = async (items, signal) => {
      if (signals.push(signal) === 2) second.resolve()
      await (signals.length === 1 ? second.promise : new Promise(() => {}))
      return echo(items, signal)
    }
    for await (const outcome of streamItems(numbers(9), plan(run))) {
      expect(outcome).toMatchObject({ value: 0 })
      break
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  it('tells of items that settled while the next ones are still to come', async () => {
    const more = Promise.withResolvers<void>()
    async function* slow(): AsyncGenerator<ArgumentList> {
      yield [0]
      yield [1]
      await more.promise
      yield [2]
    }
    const values: unknown[] = []
    for await (const outcome of streamItems(slow(), plan(echo))) {
      values.push(...valuesOf([outcome]))
      if (values.length === 2) more.resolve()
    }
    expect(values).toEqual([0, 1, 2])
  })

  it('throws what the source threw, after the outcomes before it', async () => {
    const values: unknown[] = []
    const consume = async (): Promise<void> => {
      for await (const outcome of streamItems(broken(), plan(echo))) values.push(...valuesOf([outcome]))
    }
    await expect(consume()).rejects.toThrow('the database is gone')
    expect(values).toEqual([0, 1, 2, 3])
  })

  it('throws at an item that is no argument list, after the outcomes before it', async () => {
    const values: unknown[] = []
    const consume = async (): Promise<void> => {
      const items = JSON.parse('[[0], 7]') as ArgumentList[]
      for await (const outcome of streamItems(items, plan(echo))) values.push(...valuesOf([outcome]))
    }
    await expect(consume()).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message:
        'Invalid map request: "items.1": it is 7, expected the argument list of one call, such as [order, 2026]',
    })
    expect(values).toEqual([0])
  })

  it.each(['while a batch is under way', 'while the source takes its time', 'before it began'])(
    'throws RUN_CANCELLED when aborted %s',
    async (when) => {
      const controller = new AbortController()
      let closed = false
      async function* source(): AsyncGenerator<ArgumentList> {
        try {
          yield [0]
          if (when.includes('source')) await new Promise(() => {})
        } finally {
          closed = true
        }
      }
      const run: Run = when.includes('under way')
        ? () => {
            setImmediate(() => controller.abort('enough'))
            return new Promise(() => {})
          }
        : echo
      if (when.includes('began')) controller.abort('enough')
      const consume = async (): Promise<void> => {
        for await (const outcome of streamItems(source(), plan(run, { signal: controller.signal }))) {
          expect(outcome).toMatchObject({ value: 0 })
          setImmediate(() => controller.abort('enough'))
        }
      }
      await expect(consume()).rejects.toMatchObject({
        code: 'RUN_CANCELLED',
        message: 'The map was cancelled: enough',
      })
      // A source that never answers is not waited for.
      expect(closed).toBe(!when.includes('source'))
    },
  )
})
