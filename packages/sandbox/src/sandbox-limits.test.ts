import { afterAll, describe, expect, it } from 'vitest'
import { callGuest, failureFrom, returning, SMALL, valueFrom, type Call } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

describe.each(['tenant', 'cordon'] as const)('the limits of a run, under "%s"', (isolation) => {
  const sandbox = Sandbox.start({ ...SMALL, isolation })
  afterAll(() => sandbox.close())
  const value = (input: Call | string) => valueFrom(sandbox, input)
  const failure = (input: Call | string) => failureFrom(sandbox, input)

  it('fails a result over its limit, with the figure', async () => {
    expect(
      await failure({ code: returning('"x".repeat(100)'), limits: { maxResultBytes: 50 } }),
    ).toMatchObject({
      status: 'failed',
      code: 'RESULT_TOO_LARGE',
      message: 'The result is 102 bytes of JSON, its limit "maxResultBytes" is 50',
    })
  })

  it('keeps what was written to the console, up to its limit', async () => {
    const code =
      'exports.main = () => { console.log("a", 1, { b: 2 }); console.warn("w"); for (let i = 0; i < 99; i++) console.error("x".repeat(50)) }'
    const outcome = await callGuest(sandbox, { code, limits: { maxLogBytes: 1_000 } })
    expect(outcome.logs.slice(0, 2)).toMatchObject([
      { level: 'info', text: 'a 1 { b: 2 }' },
      { level: 'warn', text: 'w' },
    ])
    expect(outcome.logs.length + outcome.logsDropped).toBe(101)
    expect(outcome.logsDropped).toBeGreaterThan(80)
  })

  it('reports usage', async () => {
    const { usage } = await callGuest(sandbox, {
      code: 'exports.main = (text) => { for (let i = 0; i < 1e6; i++); return text }',
      args: ['hello'],
    })
    expect(usage).toMatchObject({ bytesIn: 9, bytesOut: 7, attempts: 1 })
    expect(usage.wallMs).toBeGreaterThan(0)
  })

  it.each([
    ['a loop', 'for (;;);'],
    ['a loop in a getter of the result', 'return { get a() { for (;;); } }'],
    ['a promise that never settles', 'return new Promise(() => {})'],
    [
      'endless microtasks',
      'return new Promise(() => { const next = () => Promise.resolve().then(next); next() })',
    ],
    ['a regular expression', 'return /(a+)+$/.test("a".repeat(40) + "b")'],
  ])('settles %s as timed-out', async (_, body) => {
    expect(
      await failure({ code: `exports.main = () => { ${body} }`, limits: { timeoutMs: 150 } }),
    ).toMatchObject({
      status: 'timed-out',
      code: 'TIMED_OUT',
      message: expect.stringMatching(/still going after \d+ ms, its limit "timeoutMs" is 150/) as string,
    })
    expect(await value(returning('"still in service"'))).toBe('still in service')
  })

  it('times out code at the top of a module', async () => {
    expect(await failure({ code: 'for (;;);', limits: { timeoutMs: 150 } })).toMatchObject({
      status: 'timed-out',
    })
  })

  it('gives the value of a function that leaves endless microtasks behind, and replaces the thread', async () => {
    const code = 'exports.main = () => { const next = () => Promise.resolve().then(next); next(); return 7 }'
    expect(await value(code)).toBe(7)
    expect(await value(returning('8'))).toBe(8)
  })

  it('gives a large value as well of one whose thread does not come to rest in time', async () => {
    const code = `exports.main = () => {
      const next = () => { Promise.resolve().then(next) }
      next()
      return '"'.repeat(500_000)
    }`
    expect(await value(code)).toBe('"'.repeat(500_000))
    expect(await value(returning('8'))).toBe(8)
  })

  it.each([
    ['objects', 'const a = []; for (;;) a.push({})'],
    ['array slots', 'const a = []; for (;;) a.push(1)'],
    ['a map', 'const m = new Map(); for (let i = 0; ; i++) m.set(i, i)'],
  ])('settles a run that fills its heap with %s as out-of-memory', async (_, body) => {
    const code = `exports.main = () => { ${body} }`
    expect(await failure({ code, tenant: 'hungry', limits: { timeoutMs: 20_000 } })).toMatchObject({
      status: 'out-of-memory',
      code: 'OUT_OF_MEMORY',
    })
    expect(await value({ code: returning('1'), tenant: 'hungry' })).toBe(1)
  })

  it('replaces a cell whose thread does not stop', async () => {
    const code = 'exports.main = () => { const a = []; a.length = 2 ** 32 - 1; a.sort() }'
    expect(await failure({ code, tenant: 'stuck', limits: { timeoutMs: 200 } })).toMatchObject({
      status: 'timed-out',
    })
    expect(await value({ code: returning('1'), tenant: 'stuck' })).toBe(1)
  })

  it('cancels a run that spins, and one that waits', async () => {
    const spinning = new AbortController()
    const run = callGuest(sandbox, { code: 'exports.main = () => { for (;;); }', signal: spinning.signal })
    spinning.abort(new Error('changed my mind'))
    expect(await run).toMatchObject({
      status: 'cancelled',
      error: { message: 'The run was cancelled: changed my mind' },
    })
    expect(
      await callGuest(sandbox, { code: returning('1'), signal: AbortSignal.abort(Object.create(null)) }),
    ).toMatchObject({
      status: 'cancelled',
    })
  })
})
