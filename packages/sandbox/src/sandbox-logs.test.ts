import { itemReportsSchema, parseJson } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { callBatch } from './fixtures/call-batch.ts'
import { callGuest, returning, SMALL } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

const SAYS = "console.log('first', { a: 1 }); console.warn('größer 😀')"
const SAID = [
  { level: 'info', text: 'first { a: 1 }', time: expect.any(Number) as number },
  { level: 'warn', text: 'größer 😀', time: expect.any(Number) as number },
]
const LONG = { timeoutMs: 60_000 }

describe.each(['tenant', 'cordon'] as const)('the log of a run that is stopped, under "%s"', (isolation) => {
  const sandbox = Sandbox.start({ ...SMALL, isolation })
  afterAll(() => sandbox.close())

  it.for([
    ['at its time limit', 'for (;;);', { timeoutMs: 500 }, 'timed-out'],
    ['while it waits', 'return new Promise(() => {})', { timeoutMs: 500 }, 'timed-out'],
    ['at its limit of CPU time', 'for (;;);', { ...LONG, cpuMs: 50 }, 'timed-out'],
    ['when its heap is full', 'const a = []; for (;;) a.push({})', LONG, 'out-of-memory'],
    [
      'while it does not stop',
      'const a = []; a.length = 2 ** 32 - 1; a.sort()',
      { timeoutMs: 300 },
      'timed-out',
    ],
    [
      'when it never comes to rest',
      'const next = () => Promise.resolve().then(next); next()',
      LONG,
      'succeeded',
    ],
  ] as const)('is in its outcome %s', { timeout: 90_000 }, async ([, body, limits, status]) => {
    const code = `exports.main = () => { ${SAYS}; ${body} }`
    const outcome = await callGuest(sandbox, { code, limits, tenant: body })
    expect(outcome).toMatchObject({ status, logs: SAID, logsDropped: 0 })
  })

  it('is in its outcome when it is cancelled', async () => {
    const code = `exports.main = () => { ${SAYS}; for (;;); }`
    const outcome = await callGuest(sandbox, { code, signal: AbortSignal.timeout(500) })
    expect(outcome).toMatchObject({ status: 'cancelled', logs: SAID })
  })

  it(
    'is in its outcome when its process dies, as far as that could still tell',
    { timeout: 90_000 },
    async () => {
      const wait = 'const end = Date.now() + 1_000; while (Date.now() < end);'
      const fill = 'const map = new Map(); for (let i = 0; ; i++) map.set(i, i)'
      const code = `exports.main = () => { ${SAYS}; ${wait} ${fill} }`
      const outcome = await callGuest(sandbox, { code, limits: LONG, tenant: 'dies' })
      expect(outcome).toMatchObject({ status: 'out-of-memory', logs: SAID })
    },
  )

  it('is no longer than it may be, and tells how many lines were dropped', async () => {
    const code =
      "exports.main = () => { for (let i = 0; i < 99; i++) console.log('x'.repeat(50)); for (;;); }"
    const { logs, logsDropped } = await callGuest(sandbox, {
      code,
      limits: { timeoutMs: 500, maxLogBytes: 1_000 },
    })
    expect(logs.length).toBe(12)
    expect(logsDropped).toBe(87)
  })

  it.for([true, false])('is that of the item which ended a batch, ownRealms %s', async (ownRealms) => {
    const code = "exports.main = (n) => { console.log('item', n); if (n === 1) for (;;); }"
    const reports = async () => {
      const batch = { code, items: [[0], [1]], ownRealms, limits: { timeoutMs: 500 } }
      const outcome = await callBatch(sandbox, batch)
      const json = outcome.status === 'reported' ? outcome.reportsJson : ''
      return parseJson(itemReportsSchema, json, 'reports', 'INVALID_MESSAGE')
    }
    // On a busy machine a batch may end before its second item.
    await expect.poll(reports, { timeout: 20_000 }).toMatchObject([
      { status: 'succeeded', logs: [{ text: 'item 0' }] },
      { status: 'timed-out', logs: [{ text: 'item 1' }] },
    ])
  })

  it('is not that of the run before it in the same thread', async () => {
    await using one = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
    await callGuest(one, { code: `exports.main = () => { ${SAYS} }` })
    const { logs } = await callGuest(one, {
      code: 'exports.main = () => { for (;;); }',
      limits: { timeoutMs: 300 },
    })
    expect(logs).toEqual([])
  })
})

describe('a rejection that nobody handles', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())
  const warning = expect.stringMatching(/^Unhandled rejection: TypeError: oh no\n {4}at /) as string
  const REJECTS = "Promise.reject(new TypeError('oh no'))"

  it.for([
    ['at once', `${REJECTS}; return 1`],
    [
      'in a function that is not awaited',
      `(async () => { await null; throw new TypeError('oh no') })(); return 1`,
    ],
    ['while the function waits', `${REJECTS}; return new Promise((done) => setTimeout(done, 50, 1))`],
  ] as const)('is a warning in the log %s', async ([, body]) => {
    for (const realm of ['fresh', 'hardened', 'warm'] as const) {
      const outcome = await callGuest(sandbox, { code: `exports.main = () => { ${body} }`, realm })
      expect(outcome).toMatchObject({
        status: 'succeeded',
        valueJson: '1',
        logs: [{ level: 'warn', text: warning, time: expect.any(Number) as number }],
      })
    }
  })

  it('is there when the run comes to its time limit, and when it travels with others', async () => {
    const code = `exports.main = () => { ${REJECTS}; return new Promise(() => {}) }`
    expect(await callGuest(sandbox, { code, limits: { timeoutMs: 500 } })).toMatchObject({
      status: 'timed-out',
      logs: [{ level: 'warn', text: warning }],
    })
    for (const ownRealms of [true, false]) {
      const outcome = await callBatch(sandbox, {
        code: `exports.main = async (n) => { if (n === 0) (async () => { await null; ${REJECTS} })(); await null; await null; await null; return n }`,
        items: [[0], [1]],
        ownRealms,
      })
      const json = outcome.status === 'reported' ? outcome.reportsJson : ''
      expect(parseJson(itemReportsSchema, json, 'reports', 'INVALID_MESSAGE')).toMatchObject([
        { logs: [{ text: warning }] },
        { logs: [] },
      ])
    }
  })

  it.for([
    [
      'is handled a moment later',
      `const p = ${REJECTS}; return Promise.resolve().then(() => p.catch(() => 1))`,
    ],
    ['is what the function gives', `return ${REJECTS}`],
    ['is awaited by it', `return (async () => { try { await ${REJECTS} } catch { return 1 } })()`],
  ] as const)('is none when it %s', async ([, body]) => {
    const { logs } = await callGuest(sandbox, { code: `exports.main = () => { ${body} }` })
    expect(logs).toEqual([])
  })

  it('may be of anything, and of any number', async () => {
    const code = `exports.main = () => {
      const hostile = new Proxy({}, { get() { throw new Error('trap') } })
      for (const reason of [undefined, null, 7, 'text', Symbol('s'), hostile, { message: { toString() { throw 1 } } }])
        Promise.reject(reason)
      for (let i = 0; i < 1e4; i++) Promise.reject(i)
    }`
    const { status, logs } = await callGuest(sandbox, { code })
    expect(status).toBe('succeeded')
    expect(logs.map(({ text }) => text).slice(0, 4)).toEqual([
      'Unhandled rejection: undefined',
      'Unhandled rejection: null',
      'Unhandled rejection: 7',
      'Unhandled rejection: text',
    ])
    expect(logs.length).toBe(32)
    expect(await callGuest(sandbox, { code: returning('1') })).toMatchObject({ logs: [] })
  })
})
