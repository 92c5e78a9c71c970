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
