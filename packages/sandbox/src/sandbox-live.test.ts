import type { EncodedOutcome, LogEntry, RealmKind } from '@isolated-runtime/protocol'
import { latch } from '@isolated-runtime/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { callGuest, returning, type Call } from './fixtures/call-guest.ts'
import { Sandbox, type SandboxRunOptions } from './index.ts'
import { mostReports, PROGRESS_BURST } from './live/progress-rate.ts'

const REALMS: readonly RealmKind[] = ['fresh', 'hardened', 'warm']

function fail(): never {
  throw new Error('of the listener')
}

describe('what is told of a run while it goes on', () => {
  const warnings: object[] = []
  // One thread, so that runs of a bundle meet in one realm.
  const sandbox = Sandbox.start({
    maxCells: 1,
    threadsPerCell: 1,
    spareCells: 0,
    logger: { warn: (fields) => warnings.push(fields) },
  })
  afterAll(() => sandbox.close())

  const listen = (call: Call, options: SandboxRunOptions, progress?: boolean): Promise<EncodedOutcome> =>
    callGuest(
      {
        run: (run, given) =>
          sandbox.run({ ...run, call: { ...run.call, progress } }, { ...options, signal: given?.signal }),
      },
      call,
    )

  const reports = async (call: Call): Promise<{ told: unknown[]; outcome: EncodedOutcome }> => {
    const told: unknown[] = []
    const outcome = await listen(call, { onProgress: (value) => told.push(value) }, true)
    return { told, outcome }
  }

  it('are lines of a guest that never lets go of its thread, before it is over', async () => {
    const heard = latch<LogEntry>()
    const ending = new AbortController()
    const code = 'exports.main = () => { console.warn("here", 1); for (;;); }'
    const outcome = listen({ code, signal: ending.signal }, { onLog: (entry) => heard.resolve(entry) })
    expect(await heard.wait()).toMatchObject({ level: 'warn', text: 'here 1' })
    ending.abort()
    expect(await outcome).toMatchObject({ status: 'cancelled' })
  })

  it('are all the lines of the outcome, in their order, and no more than its limit', async () => {
    const told: LogEntry[] = []
    const code = 'exports.main = () => { for (let line = 0; line < 5_000; line++) console.log(line) }'
    const outcome = await listen(
      { code, limits: { maxLogBytes: 20_000 } },
      { onLog: (entry) => told.push(entry) },
    )
    expect(told).toEqual(outcome.logs)
    expect(outcome.logsDropped).toBeGreaterThan(4_000)
  })

  it('are values the guest reports, in order', async () => {
    const code = `exports.main = async () => {
      for (const step of [1, { done: 0.5 }, 'most', null]) { reportProgress(step); await null }
      reportProgress()
    }`
    expect((await reports({ code })).told).toEqual([1, { done: 0.5 }, 'most', null, null])
  })

  it('are the last of the values that come too fast', async () => {
    const code = `exports.main = () => { for (let step = 0; step <= 200_000; step++) reportProgress(step) }`
    const startedAt = performance.now()
    const { told } = await reports({ code })
    expect(told.slice(0, PROGRESS_BURST)).toEqual(Array.from({ length: PROGRESS_BURST }, (_, step) => step))
    expect(told.at(-1)).toBe(200_000)
    expect(told.length).toBeLessThanOrEqual(mostReports(performance.now() - startedAt))
  })

  it('is a value that came too fast and is the last for long', async () => {
    const heard = latch<unknown>()
    const code = `exports.main = () => new Promise(() => { for (let step = 0; step <= 100; step++) reportProgress(step) })`
    const ending = new AbortController()
    const onProgress = (value: unknown): void => void (value === 100 && heard.resolve(value))
    const outcome = listen({ code, signal: ending.signal }, { onProgress }, true)
    expect(await heard.wait()).toBe(100)
    ending.abort()
    await outcome
  })

  it.each([
    ['() => {}', 'TypeError', 'progress is a function'],
    ['{ a: [1n] }', 'TypeError', 'progress.a[0] is a BigInt: return a text or a number'],
    ['"x".repeat(4095)', 'RangeError', 'The progress is more than 4096 bytes of JSON, the most allowed'],
    ['"€".repeat(1366)', 'RangeError', 'The progress is more than 4096 bytes of JSON, the most allowed'],
    ['{ toJSON() { throw new RangeError("own") } }', 'TypeError', 'progress has a toJSON that threw: own'],
  ])('is nothing of %s, which the guest hears of', async (value, name, message) => {
    const { told, outcome } = await reports({ code: `exports.main = () => reportProgress(${value})` })
    expect(told).toEqual([])
    expect(outcome).toMatchObject({ status: 'failed', error: { name, message } })
  })

  it('goes by builtins that no guest has patched', async () => {
    const code = `exports.main = () => {
      JSON.stringify = Object.prototype.toJSON = () => 'forged'
      Array.prototype[0] = 'forged'
      delete Object.prototype.toJSON
      reportProgress({ a: [1] })
    }`
    expect((await reports({ code })).told).toEqual([{ a: [1] }])
  })

  it.each(REALMS)('is for runs of a %s realm that ask for it, and for no other', async (realm) => {
    const code = `
      const kept = []
      exports.main = (step) => {
        const before = kept.length
        if (typeof reportProgress === 'function') kept.push(reportProgress)
        const own = globalThis.reportProgress?.mark
        if (globalThis.reportProgress) globalThis.reportProgress.mark = true
        for (const report of kept) report(step)
        return [before, typeof reportProgress, Object.keys(globalThis).includes('reportProgress'), own ?? null]
      }`
    const call = { code, realm, tenant: `progress ${realm}` }
    const first = await reports({ ...call, args: [1] })
    const silent = await listen({ ...call, args: [2] }, { onProgress: () => expect.unreachable() })
    const third = await reports({ ...call, args: [3] })
    const kept = realm === 'warm' ? 1 : 0
    expect(first).toMatchObject({ told: [1], outcome: { valueJson: '[0,"function",false,null]' } })
    expect(silent).toMatchObject({ valueJson: `[${kept},"undefined",false,null]` })
    expect(third.told).toEqual(realm === 'warm' ? [3, 3] : [3])
    expect(third.outcome).toMatchObject({ valueJson: `[${kept},"function",false,null]` })
  })

  it('yields to a context with a global of that name', async () => {
    const call = { code: returning('reportProgress'), context: { reportProgress: 'mine' } }
    expect((await reports(call)).outcome).toMatchObject({ valueJson: '"mine"' })
  })

  it('does no harm to a run when its listener throws', async () => {
    const code = 'exports.main = () => { console.log(1); reportProgress(2); return 3 }'
    warnings.length = 0
    expect(await listen({ code }, { onLog: fail, onProgress: fail }, true)).toMatchObject({ valueJson: '3' })
    expect(warnings).toMatchObject([{ err: { message: 'of the listener' } }, { err: {} }])
  })
})
