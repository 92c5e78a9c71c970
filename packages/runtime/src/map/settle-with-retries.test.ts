import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { describe, expect, it } from 'vitest'
import { ended, numbers, plan, reports, valuesOf, type Run } from '../fixtures/map-plan.ts'
import { mapItems } from './map-items.ts'

const retries = { attempts: 3, backoffMs: 1, on: ['failed' as const] }
const error = { code: 'GUEST_ERROR' as const, name: 'Error', message: 'no' }

/** Fails the items for which it is so; says in `seen` what it was given, batch by batch. */
function failing(isFailing: (value: number, call: number) => boolean, seen: number[][] = []): Run {
  const calls = new Map<number, number>()
  return async (items) => {
    const values = items.map((json) => (JSON.parse(json) as [number])[0])
    seen.push(values)
    return reports(
      ...values.map((value) => {
        const call = (calls.get(value) ?? 0) + 1
        calls.set(value, call)
        return isFailing(value, call) ? ({ status: 'failed', error } as const) : { value }
      }),
    )
  }
}

describe('items that are tried again', () => {
  it('are those that failed, together', async () => {
    const seen: number[][] = []
    const run = failing((value, call) => value > 0 && call < 2, seen)
    expect(valuesOf(await mapItems(numbers(3), plan(run, { retries })))).toEqual([0, 1, 2])
    expect(seen).toEqual([
      [0, 1, 2],
      [1, 2],
    ])
  })

  it('are tried as often as is asked for, and not after another status', async () => {
    const always = await mapItems(
      numbers(1),
      plan(
        failing(() => true),
        { retries },
      ),
    )
    expect(always).toMatchObject([{ status: 'failed', usage: { attempts: 3 } }])
    const other = { ...retries, on: ['crashed' as const] }
    const once = await mapItems(
      numbers(1),
      plan(
        failing(() => true),
        { retries: other },
      ),
    )
    expect(once).toMatchObject([{ status: 'failed', usage: { attempts: 1 } }])
  })

  it('are tried after the death of a process as well, which is theirs alone', async () => {
    let deaths = 0
    const run: Run = async (items) =>
      items.includes('[1]') && deaths++ < 3
        ? ended('crashed')
        : reports(...items.map(() => ({ value: 'fine' })))
    const on = ['crashed' as const]
    expect(valuesOf(await mapItems(numbers(3), plan(run, { retries: { ...retries, on } })))).toEqual(
      Array.from({ length: 3 }, () => 'fine'),
    )
  })

  it('are cancelled in the pause before', async () => {
    const ending = new AbortController()
    const run = failing((value) => {
      if (value === 1) setImmediate(() => ending.abort('enough'))
      return value === 1
    })
    const slow = { ...retries, backoffMs: 60_000 }
    const outcomes = await mapItems(numbers(2), plan(run, { retries: slow, signal: ending.signal }))
    expect(outcomes).toMatchObject([{ value: 0 }, { status: 'cancelled', usage: { attempts: 1 } }])
  })

  it('are tried at once when what runs them is closed in the pause before, and fail by that', async () => {
    const closing = new AbortController()
    const run = failing((value) => {
      setImmediate(() => closing.abort())
      if (closing.signal.aborted) throw new IsolatedRuntimeError('CLOSED', 'It is closed')
      return value === 1
    })
    const slow = { ...retries, backoffMs: 60_000 }
    const outcomes = mapItems(numbers(2), plan(run, { retries: slow, closing: closing.signal }))
    await expect(outcomes).rejects.toMatchObject({ code: 'CLOSED' })
  })

  it('are none that cannot be sent', async () => {
    const seen: number[][] = []
    const options = { retries: { ...retries, on: [] }, limits: { maxArgsBytes: 4 } }
    const outcomes = await mapItems(
      [[1], [123456]],
      plan(
        failing(() => false, seen),
        options,
      ),
    )
    expect(outcomes).toMatchObject([{ value: 1 }, { status: 'refused' }])
    expect(seen).toEqual([[1]])
  })
})
