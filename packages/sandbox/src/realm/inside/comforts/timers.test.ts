import { describe, expect, it } from 'vitest'
import { evaluate, inBoth } from '../../../fixtures/evaluate.ts'

const program = (body: string): string => `new Promise((resolve, reject) => {${body}})`

describe('timers', () => {
  it.each([
    program(`setTimeout((...values) => resolve(values), 1, 'a', 2)`),
    program(`setImmediate((...values) => resolve(values), 'a', 2)`),
    program(
      `let n = 0; const i = setInterval((step) => { n += step; if (n === 6) { clearInterval(i); setTimeout(() => resolve(n), 30) } }, 1, 2)`,
    ),
    program(
      `const seen = []; setTimeout(() => seen.push('timeout'), 1); setImmediate(() => seen.push('immediate')); queueMicrotask(() => seen.push('microtask')); Promise.resolve().then(() => seen.push('then')); setTimeout(() => setImmediate(() => resolve(seen.sort())), 30); seen.push('now')`,
    ),
    program(
      `const seen = []; setTimeout(() => seen.push(2), 20); setTimeout(() => seen.push(1), 1); setTimeout(() => resolve(seen), 50)`,
    ),
    program(
      `const seen = []; setTimeout(() => { seen.push(1); queueMicrotask(() => seen.push(2)) }, 1); setTimeout(() => { seen.push(3); resolve(seen) }, 1)`,
    ),
    program(`const a = setTimeout(() => reject(new Error('cleared')), 1), b = setImmediate(() => reject(new Error('cleared'))), c = setTimeout(() => reject(new Error('cleared')), 1)
      clearTimeout(a); clearImmediate(b); clearInterval(+c); clearTimeout(undefined); clearTimeout(null); clearTimeout({}); clearTimeout(12345); clearTimeout('x'); setTimeout(resolve, 20, 'quiet')`),
    program(
      `const t = setTimeout(() => reject(new Error('closed')), 1); t[Symbol.dispose](); const u = setTimeout(() => reject(new Error('closed')), 1); u.close(); setTimeout(resolve, 20, 'quiet')`,
    ),
    program(
      `const t = setTimeout(function () { resolve([this === t, t.hasRef(), t.unref() === t, t.hasRef(), t.ref().hasRef(), typeof +t]) }, 1)`,
    ),
    program(`let n = 0; const t = setTimeout(() => { if (++n === 1) t.refresh(); else resolve(n) }, 1)`),
    program(`setTimeout(resolve, 'x', 1); setTimeout(reject, 500)`),
    program(`setTimeout('code', 1)`),
    program(`queueMicrotask()`),
    program(`setImmediate({})`),
    program(`setTimeout(resolve, -5, 'soon')`),
    program(`setTimeout(resolve, 2 ** 31, 'soon')`),
  ])('go as in Node: %s', async (expression) => {
    const [guest, node] = await inBoth(expression)
    expect(guest).toEqual(node)
  })

  it.each([
    [`setTimeout(() => { throw new TypeError('late') }, 1)`, 'failed: TypeError: late'],
    [`setInterval(() => { throw 'text' }, 1)`, 'failed: Error: text'],
    [`setImmediate(() => { null.x })`, expect.stringMatching(/^failed: TypeError: Cannot read/)],
    [`queueMicrotask(() => { throw new RangeError('micro') })`, 'failed: RangeError: micro'],
  ])('fail the run with what nobody can catch: %s', async (statement, outcome) => {
    expect((await evaluate(`${statement}; await new Promise(() => {})`)).value).toEqual(outcome)
  })

  it('refuse more than the thread holds with an error of the realm', async () => {
    const { value } = await evaluate(`
      let count = 0
      try { for (;;) { setTimeout(() => {}, 60_000); count++ } } catch (error) { return [count, error instanceof RangeError, error.message] }`)
    expect(value).toEqual([10_000, true, 'Too many timers are pending, clear some before starting more'])
  })

  it('leave room once they have gone off or were cleared', async () => {
    const { value } = await evaluate(`
      for (let round = 0; round < 3; round++) {
        const all = Array.from({ length: 9_000 }, () => setTimeout(() => {}, 60_000))
        all.forEach(clearTimeout)
      }
      for (let i = 0; i < 9_000; i++) setImmediate(() => {})
      await new Promise((resolve) => setImmediate(resolve))
      for (let i = 0; i < 9_000; i++) setImmediate(() => {})
      return 'room'`)
    expect(value).toBe('room')
  })
})
