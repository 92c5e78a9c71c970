import { afterAll, describe, expect, it } from 'vitest'
import { expectOutcome, INNOCENT } from './stage/expect-outcome.ts'
import { loadAttacks } from './stage/load-attacks.ts'
import { SECRET } from './stage/secret.ts'
import { SECRET_FROM } from './stage/secret-from.ts'
import { APART, Stage } from './stage/stage.ts'

const attacks = await loadAttacks('realm')
const files = { '/secret-from.js': SECRET_FROM }

describe.each(APART)('under "%s" the realm holds against', (isolation) => {
  const stage = new Stage('all', [], isolation)
  afterAll(() => stage[Symbol.asyncDispose]())

  it.each(attacks)('$file: $attack.name', async ({ attack }) => {
    const outcome = await stage.call({ ...attack, files: { ...files, ...attack.files } })
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
    expectOutcome(outcome, attack.expected)
    for (const tenant of stage.tenants)
      expectOutcome(await stage.call({ ...INNOCENT.call, tenant }), INNOCENT.expected)
  })
})

it('an attack that gets hold of an object of the thread would be seen', async () => {
  await using stage = new Stage('thread')
  const code = "exports.main = () => require('./secret-from.js').secretFrom(Intl.hostObject)"
  expect(await stage.call({ code, files })).toMatchObject({ valueJson: JSON.stringify(SECRET) })
})
