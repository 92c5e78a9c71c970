import { afterAll, describe, expect, it } from 'vitest'
import { callGuest, failureFrom, valueFrom } from './fixtures/call-guest.ts'
import { COMFORTS_CENSUS } from './fixtures/comforts-census.ts'
import { Sandbox } from './index.ts'

describe('Sandbox.run() with timers and other comforts', () => {
  // One thread, so that each run follows the last one on it.
  const sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
  afterAll(() => sandbox.close())

  it('lets no timer of a finished run go off', async () => {
    // Any of them would hold the thread for good, and the next run with it.
    const code = `
      const spin = () => { for (;;); }
      exports.main = async () => {
        setImmediate(spin); setTimeout(spin, 1); setInterval(spin, 20); AbortSignal.timeout(30).onabort = spin
        Promise.resolve().then(() => 0).then(() => { setTimeout(spin, 5); setImmediate(spin) })
        return 1
      }`
    expect(await valueFrom(sandbox, code)).toBe(1)
    const waiting = `exports.main = () => new Promise((resolve) => setTimeout(resolve, 200, 'quiet'))`
    const outcome = await callGuest(sandbox, { code: waiting })
    expect(outcome).toMatchObject({ status: 'succeeded', valueJson: '"quiet"', usage: { attempts: 1 } })
  })

  it.each([
    ['setImmediate', 'const go = () => { setImmediate(go) }'],
    ['setTimeout', 'const go = () => { setTimeout(go); setTimeout(go); }'],
    [
      'setInterval',
      'const go = () => { for (let i = 0; i < 500; i++) setInterval(() => { try { go() } catch {} }) }',
    ],
    ['queueMicrotask', 'const go = () => { queueMicrotask(go) }'],
  ])('stops a flood of %s in time', async (_, flood) => {
    const code = `${flood}; exports.main = () => { try { go() } catch {} return new Promise(() => {}) }`
    const failure = await failureFrom(sandbox, { code, limits: { timeoutMs: 300 } })
    // A flood whose timers are all taken fails in its own callback; the others run out of time.
    expect(failure).toMatchObject({ status: expect.stringMatching(/^(timed-out|failed)$/) as string })
    expect(await valueFrom(sandbox, 'exports.main = () => 1')).toBe(1)
  })

  it('fails a run with an error that a timer threw, and the thread goes on', async () => {
    const code = `exports.main = () => { setTimeout(function late() { throw new TypeError('late') }, 1); return new Promise(() => {}) }`
    expect(await failureFrom(sandbox, code)).toEqual({
      status: 'failed',
      code: 'GUEST_ERROR',
      name: 'TypeError',
      message: 'late',
      stack: expect.stringMatching(/^TypeError: late\n {4}at Timeout\.late \(\/main\.js:1:\d+\)$/) as string,
    })
    expect(await valueFrom(sandbox, 'exports.main = () => 1')).toBe(1)
  })

  it('uses every comfort in a cell, where nothing may be read and no text compiled', async () => {
    const code = `exports.main = async () => {
      console.log({ a: 1 })
      const url = new URL('http://ä.example/?q=' + btoa('x'))
      const id = crypto.randomUUID().length
      const bytes = new TextEncoder().encode(new TextDecoder().decode(new Uint8Array([104, 105])))
      const signal = AbortSignal.timeout(5)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await new Promise(setImmediate)
      return [url.href, id, structuredClone([...bytes]), signal.reason.name, performance.now() > 0]
    }`
    const outcome = await callGuest(sandbox, { code })
    expect(outcome).toMatchObject({
      status: 'succeeded',
      valueJson: JSON.stringify(['http://xn--4ca.example/?q=eA==', 36, [104, 105], 'TimeoutError', true]),
      logs: [{ level: 'info', text: '{ a: 1 }' }],
    })
  })

  it('gives nothing that belongs to another realm', async () => {
    const census = await valueFrom(sandbox, `exports.main = () => {${COMFORTS_CENSUS}}`)
    expect(census).toEqual({ foreign: [], seen: expect.any(Number) as number })
    expect((census as { seen: number }).seen).toBeGreaterThan(500)
  })

  it('gives each run comforts of its own', async () => {
    const code = `exports.main = () => { const seen = URL.mark ?? null; URL.mark = EventTarget.prototype.mark = 1; return seen }`
    expect(await valueFrom(sandbox, code)).toBe(null)
    expect(await valueFrom(sandbox, code)).toBe(null)
  })
})
