import { afterAll, describe, expect, it } from 'vitest'
import { callGuest, returning, SMALL } from './fixtures/call-guest.ts'
import { Sandbox } from './index.ts'

describe('the memory and the CPU time of a run', () => {
  const sandbox = Sandbox.start(SMALL)
  afterAll(() => sandbox.close())

  it('settles a run that fills memory outside its heap as out-of-memory, with the figures', async () => {
    const code = 'exports.main = () => { const a = []; for (;;) a.push(new Uint8Array(2 ** 25).fill(1)) }'
    const outcome = await callGuest(sandbox, { code, limits: { timeoutMs: 30_000 } })
    expect(outcome).toMatchObject({
      status: 'out-of-memory',
      error: {
        code: 'OUT_OF_MEMORY',
        message: expect.stringMatching(
          /^The run held \d+ MB outside of its heap, with the limit "memoryMb" of 64 it may hold 128$/,
        ) as string,
      },
    })
    expect(await callGuest(sandbox, { code: returning('1') })).toMatchObject({ valueJson: '1' })
  })

  it.each([
    [
      'bytes',
      'exports.fill = (megabytes) => Array.from({ length: megabytes }, () => new Uint8Array(2 ** 20).fill(1))',
    ],
    ['numbers', 'exports.fill = (megabytes) => new Float64Array(megabytes * 2 ** 17).fill(1)'],
    [
      'a buffer that grows',
      `exports.fill = (megabytes) => {
        const buffer = new ArrayBuffer(0, { maxByteLength: 2 ** 30 })
        buffer.resize(megabytes * 2 ** 20)
        return new Uint8Array(buffer).fill(1)
      }`,
    ],
  ])('counts what a run holds in %s, and no other for it', async (_, fill) => {
    const code = `${fill}
    exports.main = async (megabytes) => {
      const held = exports.fill(megabytes)
      await new Promise((resolve) => setTimeout(resolve, 500))
      return held.length
    }`
    const limits = { timeoutMs: 30_000 }
    const sizes = [60, 250]
    const [within, over] = await Promise.all(
      sizes.map((size) => callGuest(sandbox, { code, args: [size], limits })),
    )
    expect(within).toMatchObject({ status: 'succeeded' })
    expect(over).toMatchObject({ status: 'out-of-memory', error: { code: 'OUT_OF_MEMORY' } })
  })

  it('lets a run pass that fills and drops as much in small pieces', async () => {
    const code =
      'exports.main = () => { let n = 0; for (let i = 0; i < 300; i++) n += new Uint8Array(2 ** 22).fill(1)[i]; return n }'
    const outcome = await callGuest(sandbox, { code, limits: { timeoutMs: 30_000 } })
    expect(outcome).toMatchObject({ status: 'succeeded', valueJson: '300' })
    expect(outcome.usage.processMb).toBeGreaterThan(process.platform === 'linux' ? 50 : -1)
  })

  it('has room for all that a run may hold, whatever the thread holds itself', async () => {
    const code = `exports.main = () => {
      const megabytes = Array.from({ length: 62 }, () => new Array(2 ** 17).fill(0.5))
      return megabytes.reduce((sum, { length }) => sum + length * 8, 0) / 2 ** 20
    }`
    const outcome = await callGuest(sandbox, { code, limits: { memoryMb: 64, timeoutMs: 30_000 } })
    expect(outcome).toMatchObject({ status: 'succeeded', valueJson: '62' })
  })

  it('ends a run that has used up its CPU time long before its time is up', async () => {
    const outcome = await callGuest(sandbox, {
      code: 'exports.main = () => { for (;;); }',
      limits: { cpuMs: 100, timeoutMs: 30_000 },
    })
    expect(outcome).toMatchObject({
      status: 'timed-out',
      error: {
        code: 'CPU_TIME_EXCEEDED',
        message: expect.stringMatching(
          /^The run used \d+ ms of CPU time, its limit "cpuMs" is 100$/,
        ) as string,
      },
    })
    expect(outcome.usage.cpuMs).toBeGreaterThan(100)
  })

  it('does not count what a run awaits as CPU time', async () => {
    const outcome = await callGuest(sandbox, {
      code: 'exports.main = () => new Promise(() => {})',
      limits: { cpuMs: 50, timeoutMs: 400 },
    })
    expect(outcome).toMatchObject({ status: 'timed-out', error: { code: 'TIMED_OUT' } })
  })

  it('fails a run that used too much CPU time where it could not be asked', async () => {
    const code = `exports.main = () => JSON.parse('[' + '1,'.repeat(1e6) + '1]').length`
    const outcome = await callGuest(sandbox, { code, limits: { cpuMs: 1, timeoutMs: 30_000 } })
    expect(outcome).toMatchObject({ status: 'timed-out', error: { code: 'CPU_TIME_EXCEEDED' } })
  })
})
