import { guestFolder } from '@isolated-runtime/testing'
import { expect, test } from 'vitest'
import { IsolatedRuntime } from './isolated-runtime.ts'

const SPIN = 'exports.main = () => { for (;;); }'

test('deadlineMs ends a call with all its attempts, and leaves one that is over in time alone', async () => {
  await using runtime = new IsolatedRuntime({ sandbox: { maxCells: 1 } })
  const spin = { source: SPIN, funcName: 'main', deadlineMs: 400, limits: { timeoutMs: 60_000 } }
  expect(await runtime.outcome(spin)).toMatchObject({
    status: 'timed-out',
    error: { code: 'DEADLINE_EXCEEDED', message: expect.stringContaining('"deadlineMs"') },
  })
  const failing = { source: 'exports.main = () => { throw new Error("no") }', funcName: 'main' }
  const retries = { attempts: 10, backoffMs: 60_000, on: ['failed' as const] }
  const ends = await runtime.runMany([spin, { ...failing, retries, deadlineMs: 1_000 }])
  expect(ends.map(({ status }) => status)).toEqual(['timed-out', 'timed-out'])
  const quick = { source: 'exports.main = () => 7', funcName: 'main', deadlineMs: 60_000 }
  expect(await runtime.run(quick)).toBe(7)
})

test('an aborted signal ends a call at once though its folder is being packed', async () => {
  await using runtime = new IsolatedRuntime({
    sandbox: { maxCells: 1 },
    packing: { compile: () => new Promise(() => undefined) },
  })
  await using folder = await guestFolder({ 'a.js': 'exports.main = () => 1' })
  const request = { folder: folder.path, file: 'a.js', funcName: 'main' }
  const signal = AbortSignal.timeout(200)
  expect(await runtime.outcome(request, { signal })).toMatchObject({ status: 'cancelled' })
  expect(await runtime.map({ ...request, items: [[], []] }, { signal })).toMatchObject([
    { status: 'cancelled' },
    { status: 'cancelled' },
  ])
})
