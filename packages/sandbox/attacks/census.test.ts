import { afterAll, describe, expect, it } from 'vitest'
import { ALLOWABLES } from '../src/allow.ts'
import { makeCensus } from './census/make-census.ts'
import { ALLOWED_TRIGGERS, TRIGGERS } from './census/triggers.ts'
import { Stage } from './stage/stage.ts'

const files = {
  '/census.js': `module.exports = (${makeCensus.toString()})()`,
  '/thrower.js': 'throw [exports, require, module, this, arguments]',
}

async function census(
  stage: Stage,
  trigger: string,
  maxCalls: number,
): Promise<{ met: number; foreign: string[] }> {
  const code = `
    const takeCensus = require('./census.js')
    let underWay = false
    exports.main = async function () {
      // The census calls all functions that it meets, this one among them.
      if (underWay) return null
      underWay = true
      const triggered = await (async () => { ${trigger} })()
      return takeCensus({ globalThis, this: this, arguments, require, module, exports, import: import('./none'), triggered }, ${maxCalls})
    }`
  const outcome = await stage.call({
    code,
    files,
    args: [{ a: [1] }],
    context: { given: { b: [2] } },
    limits: { timeoutMs: 25_000, memoryMb: 512 },
  })
  if (outcome.status !== 'succeeded')
    throw new Error(`The census ${outcome.status}: ${outcome.error.message}`)
  return JSON.parse(outcome.valueJson ?? '') as { met: number; foreign: string[] }
}

describe.each(['tenant', 'cordon'] as const)(
  'the census of a realm finds nothing of another realm, under "%s"',
  (isolation) => {
    const stage = new Stage('all', [], isolation)
    afterAll(() => stage[Symbol.asyncDispose]())

    it('however it is called', async () => {
      const { met, foreign } = await census(stage, '', 100_000)
      expect(foreign).toEqual([])
      expect(met).toBeGreaterThan(3_000)
    })

    it.each(Object.entries(TRIGGERS))('after %s', async (_, trigger) => {
      const { met, foreign } = await census(stage, trigger, 5_000)
      expect(foreign).toEqual([])
      expect(met).toBeGreaterThan(1_000)
    })
  },
)

describe('the census of a realm where all is allowed finds nothing of another realm', () => {
  const stage = new Stage('all', ALLOWABLES)
  afterAll(() => stage[Symbol.asyncDispose]())

  it('however it is called', async () => {
    const { met, foreign } = await census(stage, '', 100_000)
    expect(foreign).toEqual([])
    expect(met).toBeGreaterThan(3_000)
  })

  it.each(Object.entries(ALLOWED_TRIGGERS))('after %s', async (_, trigger) => {
    const { met, foreign } = await census(stage, trigger, 5_000)
    expect(foreign).toEqual([])
    expect(met).toBeGreaterThan(1_000)
  })
})

it('the census of a realm finds a thing of the host that was left in it', async () => {
  await using stage = new Stage('thread')
  const { foreign } = await census(stage, '', 1_000)
  expect(foreign).toContain('globalThis.Intl.hostObject')
  expect(foreign).toContain('globalThis.Intl.breakOut')
})
