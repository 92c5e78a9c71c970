import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { levelOfCells } from '../src/pool/cell-process.ts'
import { expectOutcome, INNOCENT } from './stage/expect-outcome.ts'
import { loadAttacks } from './stage/load-attacks.ts'
import { APART, Stage } from './stage/stage.ts'
import { OUTER_SECRET, Targets } from './stage/targets.ts'

// A cell that is of the same user as this process may signal it, and would end it.
const level = levelOfCells(undefined)
const areUsers = level.kind === 'own'
const areRoot = level.kind === 'executor' && level.uid === 0
const attacks = (await loadAttacks('cell')).filter(
  ({ attack }) => (areUsers || attack.betweenUsers === undefined) && !(areRoot && attack.notAsRoot === true),
)

describe.each(APART)('under "%s" the cell, its realm and its thread fallen, holds against', (isolation) => {
  const stage = new Stage('cell', [], isolation)
  let targets: Targets
  beforeAll(async () => {
    // What the executor has in its environment is not for its cells.
    process.env['ISOLATED_RUNTIME_SECRET'] = OUTER_SECRET
    targets = await Targets.start()
  })
  afterAll(async () => {
    delete process.env['ISOLATED_RUNTIME_SECRET']
    await stage[Symbol.asyncDispose]()
    await targets[Symbol.asyncDispose]()
  })

  it.each(attacks)('$file: $attack.name', async ({ attack }) => {
    const outcome = await stage.call({ ...attack, args: [targets.addresses] })
    expect(JSON.stringify(outcome)).not.toContain(OUTER_SECRET)
    expectOutcome(outcome, attack.expected)
    expectOutcome(await stage.call(INNOCENT.call), INNOCENT.expected)
  })
})
