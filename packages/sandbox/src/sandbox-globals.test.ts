import { createBundle, encodeBundle, type RealmKind } from '@isolated-runtime/protocol'
import { afterAll, describe, expect, it } from 'vitest'
import { bundleFrame } from './pool/run-frames.ts'
import { callGuest, failureFrom, returning, valueFrom, type Call } from './fixtures/call-guest.ts'
import { newCall } from './fixtures/new-call.ts'
import { Sandbox } from './index.ts'

const REALMS: readonly RealmKind[] = ['fresh', 'hardened', 'warm']

/** Tries to change a global and what is in it, and gives what it looks like then. */
const TAMPERING = `
exports.main = (name) => {
  'use strict'
  const refusals = []
  const attempt = (change) => { try { change() } catch (error) { refusals.push(error.name) } }
  attempt(() => { globalThis[name] = 'replaced' })
  attempt(() => { globalThis[name].list[0].deep = 'replaced' })
  attempt(() => { globalThis[name].list.push(2) })
  attempt(() => { globalThis[name].added = true })
  return [globalThis[name], refusals]
}`

describe('the globals of a run', () => {
  // One thread, so that runs of a bundle meet in one realm.
  const sandbox = Sandbox.start({ maxCells: 2, threadsPerCell: 1, spareCells: 0 })
  afterAll(() => sandbox.close())
  const value = (input: Call) => valueFrom(sandbox, input)
  const settings = { list: [{ deep: 1 }] }

  it.each(REALMS)('are a frozen context that nothing changes, if asked for, in a %s realm', async (realm) => {
    const call = {
      code: TAMPERING,
      args: ['settings'],
      context: { settings },
      realm,
      tenant: `frozen ${realm}`,
    }
    const refused = ['TypeError', 'TypeError', 'TypeError', 'TypeError']
    expect(await value({ ...call, freezeContext: true })).toEqual([settings, refused])
    expect(await value({ ...call, freezeContext: false })).toEqual([
      'replaced',
      ['TypeError', 'TypeError', 'TypeError'],
    ])
    expect(await value({ ...call, freezeContext: true })).toEqual([settings, refused])
  })

  it.each(REALMS)('are constants of the bundle, which are frozen, in a %s realm', async (realm) => {
    const call = {
      code: TAMPERING,
      args: ['settings'],
      constants: { settings },
      realm,
      tenant: `constants ${realm}`,
    }
    const once = [settings, ['TypeError', 'TypeError', 'TypeError', 'TypeError']]
    expect([await value(call), await value(call)]).toEqual([once, once])
  })

  it.each(REALMS)('show the context over a constant of the same name, in a %s realm', async (realm) => {
    const call = {
      code: returning('[rate, region]'),
      constants: { rate: 1, region: 'eu' },
      realm,
      tenant: `over ${realm}`,
    }
    expect(await value({ ...call, context: { rate: 2 } })).toEqual([2, 'eu'])
    expect(await value(call)).toEqual([1, 'eu'])
  })

  it.each(REALMS)(
    'are unseen in the next run, also where they covered a builtin, in a %s realm',
    async (realm) => {
      const code = returning('[typeof only, typeof Date, typeof URL, Object.keys(globalThis)]')
      const call = { code, realm, tenant: `unseen ${realm}` }
      const context = { only: 1, Date: 2, URL: 3 }
      expect(await value({ ...call, context, freezeContext: true })).toEqual([
        'number',
        'number',
        'number',
        ['Date', 'only', 'URL'],
      ])
      expect(await value(call)).toEqual(['undefined', 'function', 'function', []])
    },
  )

  it('cost a warm realm its life if a guest nails one of them down', async () => {
    const code = `
      const state = { runs: 0 }
      exports.main = (nail) => {
        if (nail) Object.defineProperty(globalThis, 'rate', { value: 'nailed', configurable: false })
        return [++state.runs, rate]
      }`
    const call: Call = { code, constants: { rate: 1 }, realm: 'warm', tenant: 'nails' }
    expect(await value({ ...call, args: [true] })).toEqual([1, 'nailed'])
    expect(await value(call)).toEqual([1, 1])
  })

  it('cost a warm realm its life if an earlier guest has taken the name of one for ever', async () => {
    const code = `
      const state = { runs: 0 }
      exports.main = () => {
        if (++state.runs === 1) Object.defineProperty(globalThis, 'late', { value: 'taken', configurable: false })
        return [state.runs, late]
      }`
    const call: Call = { code, realm: 'warm', tenant: 'takes' }
    expect(await value(call)).toEqual([1, 'taken'])
    expect(await failureFrom(sandbox, { ...call, context: { late: 2 } })).toMatchObject({ name: 'TypeError' })
    expect(await value(call)).toEqual([1, 'taken'])
  })

  it('are put there whatever a guest of a warm realm did to builtins before', async () => {
    const code = `
      Object.freeze = JSON.parse = Reflect.ownKeys = Object.defineProperty = () => { throw new Error('patched') }
      Object.prototype.get = Object.prototype.set = () => 'patched'
      Array.prototype.push = () => 'patched'
      exports.main = () => [rate, typeof context === 'undefined' ? undefined : context]`
    const call: Call = { code, constants: { rate: { is: 1 } }, realm: 'warm', tenant: 'patches' }
    for (const context of [[1], [2], [3]])
      expect(await value({ ...call, context: { context }, freezeContext: true })).toEqual([
        { is: 1 },
        context,
      ])
  })

  it('may be deeper than any stack', async () => {
    const depth = 50_000
    const contextJson = `{"deep":${'['.repeat(depth)}${']'.repeat(depth)}}`
    const code =
      'exports.main = () => { let n = 0; for (let at = deep; at; at = at[0]) n++; return [n, Object.isFrozen(deep[0][0])] }'
    const run = {
      bundle: createBundle({ '/main.js': { kind: 'commonjs', code } }),
      call: newCall({ contextJson, freezeContext: true }),
      tenant: 'deep',
    }
    expect(await sandbox.run(run)).toMatchObject({ status: 'succeeded', valueJson: `[${depth},true]` })
  })

  it('are not in the message of an error that their bundle ends with', async () => {
    const secret = 'sk-5b0c2a'
    const constants = { apiKey: secret }
    const calls: Call[] = [
      { code: 'exports.main = () => { throw new Error("no") }', constants },
      { code: 'exports.main = () => { for (;;); }', constants, limits: { timeoutMs: 100 } },
      {
        code: 'exports.main = () => { const all = []; for (;;) all.push({}) }',
        constants,
        limits: { memoryMb: 16 },
      },
      { code: 'exports.main = () => apiKey.none.none', constants },
      { code: 'exports.other = 1', constants },
    ]
    for (const call of calls) {
      const outcome = await callGuest(sandbox, call)
      expect(outcome.status).not.toBe('succeeded')
      expect(JSON.stringify(outcome)).not.toContain(secret)
    }
  })
})

it('a cell gets the constants of a bundle, and none of its source maps', () => {
  const code = 'exports.a = 1'
  const files = {
    '/a.ts': { kind: 'commonjs', code, map: '{"version":3}', imports: { b: '/b.js' } },
  } as const
  const bundle = createBundle(files, { constantsJson: '{"rate":1}' })
  expect(encodeBundle(bundle)).toContain('version')
  expect(JSON.parse(JSON.stringify(bundleFrame(bundle)))).toEqual({
    type: 'bundle',
    id: bundle.id,
    files: { '/a.ts': { kind: 'commonjs', code, imports: { b: '/b.js' } } },
    constantsJson: '{"rate":1}',
  })
})
