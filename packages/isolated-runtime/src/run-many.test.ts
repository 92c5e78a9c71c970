import { guestFolder } from '@isolated-runtime/testing'
import { afterAll, expect, it } from 'vitest'
import { IsolatedRuntime } from './index.ts'

const runtime = new IsolatedRuntime({ sandbox: { maxCells: 2 } })
afterAll(() => runtime.close())

it('runMany() gives the outcomes of different functions in order', async () => {
  await using folder = await guestFolder({
    'a.js': 'exports.twice = (n) => n * 2; exports.fail = () => { throw new RangeError("no") }',
    'b.js': 'exports.half = async (n) => n / 2',
  })
  const call = { folder: folder.path }
  const outcomes = await runtime.runMany([
    { ...call, file: 'a.js', funcName: 'twice', args: [4] },
    { ...call, file: 'a.js', funcName: 'fail' },
    { ...call, file: 'b.js', funcName: 'half', args: [4] },
    { source: 'exports.one = () => 1', funcName: 'one' },
    { ...call, file: 'b.js', funcName: 'no such' },
  ])
  expect(outcomes).toMatchObject([
    { value: 8 },
    { status: 'failed', error: { name: 'RangeError' } },
    { value: 2 },
    { value: 1 },
    { status: 'refused', error: { code: 'EXPORT_NOT_FOUND' } },
  ])
  expect(await runtime.runMany([])).toEqual([])
})

it('runMany() tells what is wrong with each request, and runs none', async () => {
  const good = { source: 'exports.main = () => 1', funcName: 'main' }
  const requests = [
    good,
    { ...good, args: [1n] },
    good,
    { folder: '/no/such/folder', file: 'a.js', funcName: 'a' },
  ]
  await expect(runtime.runMany(requests)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(
      /^Of 4 runs 2 cannot be carried out, and none was begun: \[1\] .*args\[0\] is a BigInt; \[3\] .*\/no\/such\/folder/,
    ) as string,
  })
  await expect(runtime.runMany([{ ...good, args: [1n] }])).rejects.toMatchObject({
    code: 'ARGUMENTS_NOT_JSON',
  })
  await expect(runtime.runMany(JSON.parse('{}') as [])).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
  await expect(runtime.runMany([good, JSON.parse('null') as typeof good])).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
  })
})

it('runMany() tells whoever listens of each run, by its index, while it goes on and when it is over', async () => {
  const source = `exports.main = (n) => { console.log('line', n); reportProgress(n); return n }`
  const requests = [0, 1, 2].map((n) => ({ source, funcName: 'main', args: [n] }))
  const heard: unknown[] = []
  const outcomes = await runtime.runMany(requests, {
    onLog: ({ text }, index) => heard.push([index, text]),
    onProgress: (value, index) => heard.push([index, value]),
    onOutcome: ({ status }, index) => heard.push([index, status]),
  })
  expect(outcomes).toMatchObject([{ value: 0 }, { value: 1 }, { value: 2 }])
  for (const n of [0, 1, 2]) {
    const ofOne = heard.filter((each) => Array.isArray(each) && each[0] === n)
    expect(ofOne).toHaveLength(3)
    expect(ofOne).toEqual(
      expect.arrayContaining([
        [n, `line ${n}`],
        [n, n],
      ]),
    )
    expect(ofOne.at(-1)).toEqual([n, 'succeeded'])
  }
})

it('what listens to many runs does them no harm', async () => {
  const warnings: object[] = []
  await using own = new IsolatedRuntime({
    sandbox: { maxCells: 1, logger: { warn: (fields) => warnings.push(fields) } },
  })
  const request = { source: 'exports.main = () => 1', funcName: 'main' }
  const thrown = new Error('of the listener')
  const onOutcome = (): never => {
    throw thrown
  }
  expect(await own.runMany([request], { onOutcome })).toMatchObject([{ value: 1 }])
  // oxlint-disable-next-line typescript/no-misused-promises -- people do so
  const rejecting = { onOutcome: () => Promise.reject(thrown) }
  expect(await own.map({ ...request, items: [[], []] }, rejecting)).toMatchObject([
    { value: 1 },
    { value: 1 },
  ])
  expect(warnings).toMatchObject([{ err: thrown }, { err: thrown }, { err: thrown }])
})
