import { afterAll, describe, expect, it } from 'vitest'
import { ALLOWABLES, Sandbox, type Allowable } from './index.ts'
import { returning, valueFrom } from './fixtures/call-guest.ts'

/** What each makes possible: an expression that gives `true`, or throws. */
const USES: Record<Allowable, string> = {
  'code-from-strings': "eval('1 + 1') === 2 && new Function('a', 'return a * 2')(2) === 4",
  'web-assembly':
    'new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module',
  'shared-memory': 'Atomics.add(new Int32Array(new SharedArrayBuffer(8)), 0, 5) === 0',
  'weak-references':
    'new WeakRef(globalThis).deref() === globalThis && new FinalizationRegistry(() => {}).register({}) === undefined',
}

const tried = (expression: string): string =>
  returning(`(() => { try { return ${expression} } catch (error) { return error.name } })()`)

describe('what a sandbox allows', () => {
  const none = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0 })
  afterAll(() => none.close())

  it.each(ALLOWABLES)('does not hold "%s" by default', async (name) => {
    expect(await valueFrom(none, tried(USES[name]))).toMatch(/^(Eval|Reference)Error$/)
  })

  it.each(ALLOWABLES)('holds "%s" and nothing else where that is allowed', async (name) => {
    await using sandbox = Sandbox.start({ maxCells: 1, threadsPerCell: 1, spareCells: 0, allow: [name] })
    for (const other of ALLOWABLES) {
      const works = (await valueFrom(sandbox, tried(USES[other]))) === true
      expect([other, works]).toEqual([other, other === name])
    }
    const call = { code: tried(USES[name]) }
    expect(await valueFrom(sandbox, { ...call, realm: 'hardened' })).toBe(true)
    expect(await valueFrom(sandbox, { ...call, realm: 'warm' })).toBe(true)
  })

  it('is refused where it is not known, with the names that are', () => {
    const options: object = { allow: ['eval'] }
    expect(() => Sandbox.start(options)).toThrow(
      '"allow.0": expected one of "code-from-strings", "web-assembly", "shared-memory", "weak-references"',
    )
  })
})
