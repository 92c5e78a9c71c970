import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest'
import { IsolatedRuntime } from './index.ts'

const folder = join(import.meta.dirname, 'fixtures/typed')

describe('IsolatedRuntime.module()', () => {
  const runtime = new IsolatedRuntime({ sandbox: { maxCells: 1 } })
  afterAll(() => runtime.close())
  const rules = runtime.module<typeof import('./fixtures/typed/discount.ts')>({ folder, file: 'discount.ts' })

  it('calls functions of a file by their names', async () => {
    const saved = await rules.discount({ total: 50 })
    expectTypeOf(saved).toEqualTypeOf<number>()
    expect(saved).toBe(5)
    expect(await rules.greeting({ total: 1, customer: 'Ada' })).toEqual({ text: 'Hello Ada' })
  })

  it('leaves a default to the guest where an argument is undefined at the end', async () => {
    expect(await rules.discount({ total: 50 }, undefined)).toBe(5)
    expect(await rules.discount({ total: 50 }, 0.5)).toBe(25)
  })

  it('rejects as run() does', async () => {
    await expect(rules.refuse({ total: 3 })).rejects.toMatchObject({
      code: 'GUEST_ERROR',
      name: 'RangeError',
      message: 'No discount for 3',
    })
    // @ts-expect-error -- there is no such function, for the compiler as for the guest
    await expect(rules.missing()).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' })
  })

  it('gives each call what all have in common', async () => {
    const source = 'exports.total = (n) => n * rate; exports.late = () => { for (;;); }'
    const common = { source, context: { rate: 2 }, limits: { timeoutMs: 100 } }
    const priced = runtime.module<{ total: (n: number) => number; late: () => void }>(common)
    expect(await priced.total(4)).toBe(8)
    await expect(priced.late()).rejects.toMatchObject({ code: 'TIMED_OUT' })
  })

  it('ends all calls by one signal', async () => {
    const abort = new AbortController()
    const source = 'exports.wait = () => new Promise(() => {})'
    const waiting = runtime.module<{ wait: () => void }>({ source }, { signal: abort.signal })
    const calls = [waiting.wait(), waiting.wait()].map((call) =>
      expect(call).rejects.toMatchObject({ code: 'RUN_CANCELLED' }),
    )
    abort.abort()
    await Promise.all(calls)
  })

  it('is no thenable, and calls nothing when it is looked at', async () => {
    const looked: object = rules
    expect(await Promise.resolve(looked)).toBe(looked)
    expect([
      Reflect.get(looked, 'then'),
      Reflect.get(looked, 'toJSON'),
      Reflect.get(looked, Symbol.iterator),
    ]).toEqual([undefined, undefined, undefined])
    expect([JSON.stringify(looked), Object.keys(looked), typeof inspect(looked)]).toEqual([
      '{}',
      [],
      'string',
    ])
    expect(rules.discount).toBe(rules.discount)
    expect(Reflect.set(looked, 'discount', () => 1)).toBe(false)
  })

  it.each<object>([
    { funcName: 'discount' },
    { args: [1] },
    { id: 'r1' },
    { args: undefined, funcName: 'a' },
  ])('refuses %j in what all calls have in common', (wrong) => {
    expect(() => runtime.module({ folder, file: 'discount.ts', ...wrong })).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST' }),
    )
  })
})
