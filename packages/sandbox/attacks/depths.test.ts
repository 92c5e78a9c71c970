import { afterAll, describe, expect, it } from 'vitest'
import { ALLOWABLES } from '../src/allow.ts'
import { COMFORT_GLOBALS, type Allowable } from '../src/realm/permits.ts'
import { makeDepths, STARTS, WAYS, type Findings, type SweepOptions } from './depths/make-depths.ts'
import { makeTargets } from './depths/make-targets.ts'
import { expectOutcome, INNOCENT } from './stage/expect-outcome.ts'
import { SECRET } from './stage/secret.ts'
import { Stage } from './stage/stage.ts'

/** With `DEPTHS=all` the whole runs; with the other tests runs a sample of the depths and of what is allowed. */
const IS_WHOLE = process.env['DEPTHS'] === 'all'

const LIMITS = { timeoutMs: 120_000, memoryMb: 512 }
const GLOBALS = Object.values(COMFORT_GLOBALS).flat()
const files = {
  '/targets.js': `module.exports = (${makeTargets.toString()})()`,
  '/depths.js': `module.exports = (${makeDepths.toString()})(require('./targets.js'))`,
  '/thrower.js': 'throw [exports, require]',
  '/lib.js': 'exports.a = {}',
}
const code = `
  const sweep = require('./depths.js')
  exports.main = (globals, options) => sweep({ reportProgress, require, module, exports }, globals, options)`

async function sweep(
  stage: Stage,
  realm: Kind,
  options: Pick<SweepOptions, 'functions' | 'way' | 'start'>,
): Promise<Findings> {
  const density = IS_WHOLE ? { stride: 1, descents: 8 } : { stride: 3, descents: 1 }
  const outcome = await stage.call({
    code,
    files,
    realm,
    args: [GLOBALS, { ...density, ...options }],
    limits: LIMITS,
  })
  expect(JSON.stringify(outcome)).not.toContain(SECRET)
  expectOutcome(await stage.call({ ...INNOCENT.call, realm, limits: LIMITS }), INNOCENT.expected)
  const json = outcome.status === 'succeeded' ? outcome.valueJson : outcome.error.message
  try {
    return JSON.parse(json ?? '') as Findings
  } catch {
    throw new Error(`The sweep ${outcome.status}: ${json}`)
  }
}

type Kind = 'fresh' | 'hardened' | 'warm'
const kinds: Kind[] = ['fresh', 'hardened', 'warm']
const allows: [string, readonly Allowable[], readonly Kind[]][] = [
  ['nothing', [], IS_WHOLE ? kinds : ['fresh']],
  ['all', ALLOWABLES, kinds],
]
if (IS_WHOLE) for (const name of ALLOWABLES) allows.push([name, [name], kinds])

describe.each(allows)(
  'where %s is allowed, no call at any depth of the stack gives a thing of another realm:',
  { timeout: 130_000 },
  (_, allow, realms) => {
    const stage = new Stage('all', allow)
    afterAll(() => stage[Symbol.asyncDispose]())

    describe.each(realms)('realm %s,', (realm) => {
      it.each(WAYS)('entered by %s', async (way) => {
        const found = await sweep(stage, realm, { functions: 'ours', way, start: 'main' })
        expect(found.foreign).toEqual([])
        expect(found.overflows).toBeGreaterThan(100)
        expect(found.calls).toBeGreaterThan(1_000)
      })

      it.each(STARTS)('begun in %s', async (start) => {
        const found = await sweep(stage, realm, { functions: 'ours', way: 'catch', start })
        expect(found.foreign).toEqual([])
        expect(found.overflows).toBeGreaterThan(100)
      })

      it('of the builtins of the language', async () => {
        const found = await sweep(stage, realm, { functions: 'all', way: 'catch', start: 'main' })
        expect(found.foreign).toEqual([])
        expect(found.functions).toBeGreaterThan(2_000)
      })

      it('that makes a global when it is first read', async () => {
        const found = await sweep(stage, realm, {
          functions: 'first reads',
          way: 'catch',
          start: 'reaction',
        })
        expect(found.foreign).toEqual([])
        expect(found.overflows).toBeGreaterThan(10)
      })
    })
  },
)

it('a sweep finds a function of the host that was left in a realm', async () => {
  await using stage = new Stage('thread')
  const { foreign } = await sweep(stage, 'fresh', { functions: 'all', way: 'catch', start: 'main' })
  expect(foreign.join(' ')).toContain('Intl.breakOut')
})
