import { unsuccessful, type EncodedOutcome } from '@isolated-runtime/protocol'
import { latch } from '@isolated-runtime/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { IsolatedRuntime, IsolatedRuntimeError, type LocalRunRequest } from './index.ts'
import { withRetries } from './with-retries.ts'

// Warm realms keep what a module counts; with one thread, all attempts meet in one.
const SOURCE = `
let calls = 0
exports.main = (failures, how) => {
  console.log('call', ++calls)
  if (calls > failures) return calls
  if (how === 'spin') for (;;);
  throw new RangeError('call ' + calls)
}`

describe('retries of the library', () => {
  const runtime = new IsolatedRuntime({ sandbox: { maxCells: 1, threadsPerCell: 1, spareCells: 0 } })
  afterAll(() => runtime.close())

  let names = 0
  /** A module that has counted nothing yet. */
  const request = (...args: unknown[]): LocalRunRequest => ({
    source: `${SOURCE} // ${names++}`,
    funcName: 'main',
    realm: 'warm',
    args,
  })
  const twice = { attempts: 3, backoffMs: 10, on: ['failed' as const] }

  it('try a failure again that is asked for, and tell of all attempts', async () => {
    const lines: string[] = []
    const outcome = await runtime.outcome(
      { ...request(2), retries: twice },
      { onLog: ({ text }) => lines.push(text) },
    )
    expect(outcome).toMatchObject({ value: 3, usage: { attempts: 3 }, logs: [{ text: 'call 3' }] })
    expect(lines).toEqual(['call 1', 'call 2', 'call 3'])
  })

  it('end with the last attempt', async () => {
    const outcome = runtime.outcome({ ...request(9), retries: twice })
    expect(await outcome).toMatchObject({
      status: 'failed',
      error: { message: 'call 3' },
      usage: { attempts: 3 },
    })
  })

  it.each([
    ['there are none', undefined],
    ['they name another status', { ...twice, on: ['crashed' as const] }],
    ['one attempt is all', { ...twice, attempts: 1 }],
  ])('do nothing where %s', async (_, retries) => {
    const outcome = runtime.outcome({ ...request(9), retries })
    expect(await outcome).toMatchObject({ status: 'failed', usage: { attempts: 1 } })
  })

  it('pause before each attempt, twice as long each time', async () => {
    const startedAt = performance.now()
    await runtime.outcome({ ...request(9), retries: { ...twice, backoffMs: 100 } })
    expect(performance.now() - startedAt).toBeGreaterThan(290)
  })

  it('are over at once when the run is cancelled in a pause', async () => {
    const ending = new AbortController()
    const attempt = async (): Promise<EncodedOutcome> => {
      // What is left of this turn of the event loop begins the pause.
      setImmediate(() => ending.abort('enough'))
      return unsuccessful('failed', new IsolatedRuntimeError('GUEST_ERROR', 'no'), { cpuMs: 3 })
    }
    const outcome = await withRetries(attempt, {
      retries: { ...twice, backoffMs: 60_000 },
      signal: ending.signal,
      closing: new AbortController().signal,
    })
    expect(outcome).toMatchObject({
      status: 'cancelled',
      error: { message: 'The run was cancelled: enough' },
      usage: { attempts: 1, cpuMs: 3 },
    })
  })

  it('are over at once when the runtime is closed in a pause', async () => {
    const closed = new IsolatedRuntime({ sandbox: { maxCells: 1 } })
    const failed = latch()
    const run = closed.run(
      { ...request(9), retries: { ...twice, backoffMs: 60_000 } },
      { onLog: () => failed.resolve() },
    )
    const error = run.catch((thrown: unknown) => thrown)
    await failed.wait()
    await closed.close()
    expect(await error).toMatchObject({ code: 'CLOSED' })
  })

  it('hold for each run of runMany()', async () => {
    const outcomes = await runtime.runMany([{ ...request(1), retries: twice }, request(1)])
    expect(outcomes).toMatchObject([{ value: 2, usage: { attempts: 2 } }, { status: 'failed' }])
  })

  it('hold for each item of a map, and no item that succeeded is called again', async () => {
    const source = `
      const calls = {}
      exports.main = (name, failures) => {
        calls[name] = (calls[name] ?? 0) + 1
        if (calls[name] <= failures) throw new Error(name)
        return [name, calls[name]]
      }`
    const items = ['a', 'b', 'c', 'd'].map((name, failures) => [name, failures])
    const map = { source, funcName: 'main', realm: 'warm' as const, items, retries: twice }
    expect(await runtime.map(map)).toMatchObject([
      { value: ['a', 1], usage: { attempts: 1 } },
      { value: ['b', 2], usage: { attempts: 2 } },
      { value: ['c', 3], usage: { attempts: 3 } },
      { status: 'failed', error: { message: 'd' }, usage: { attempts: 3 } },
    ])
  })

  it('are refused where they make no sense, with all that is wrong', async () => {
    const retries = { attempts: 0, backoffMs: -1, on: ['succeeded'] as never[] }
    await expect(runtime.run({ ...request(1), retries })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/retries\.attempts.*retries\.backoffMs.*retries\.on/) as string,
    })
  })
})
