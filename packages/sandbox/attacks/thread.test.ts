import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOutcome, INNOCENT } from './stage/expect-outcome.ts'
import { loadAttacks } from './stage/load-attacks.ts'
import { APART, Stage } from './stage/stage.ts'
import { OUTER_SECRET, Targets } from './stage/targets.ts'

const attacks = await loadAttacks('thread')

describe.each(APART)('under "%s" the thread, its realm fallen, holds against', (isolation) => {
  const stage = new Stage('thread', [], isolation)
  let targets: Targets
  beforeAll(async () => {
    targets = await Targets.start()
  })
  afterAll(async () => {
    await stage[Symbol.asyncDispose]()
    await targets[Symbol.asyncDispose]()
  })

  it.each(attacks)('$file: $attack.name', async ({ attack }) => {
    const code = `exports.main = (targets) => Intl.breakOut(${JSON.stringify(attack.code)}, targets)`
    const outcome = await stage.call({ ...attack, code, args: [targets.addresses] })
    expect(JSON.stringify(outcome)).not.toContain(OUTER_SECRET)
    expectOutcome(outcome, attack.expected)
    for (const tenant of stage.tenants)
      expectOutcome(await stage.call({ ...INNOCENT.call, tenant }), INNOCENT.expected)
  })
})
