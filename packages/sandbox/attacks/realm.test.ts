import { afterAll, describe, expect, it } from 'vitest'
import { expectOutcome, INNOCENT } from './stage/expect-outcome.ts'
import { loadAttacks } from './stage/load-attacks.ts'
import { SECRET } from './stage/secret.ts'
import { SECRET_FROM } from './stage/secret-from.ts'
import { Stage } from './stage/stage.ts'

const attacks = await loadAttacks('realm')
const files = { '/secret-from.js': SECRET_FROM }

describe('the realm holds against', () => {
  const stage = new Stage('all')
  afterAll(() => stage[Symbol.asyncDispose]())

  it.each(attacks)('$file: $attack.name', async ({ attack }) => {
    const outcome = await stage.call({ ...attack, files: { ...files, ...attack.files } })
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
    expectOutcome(outcome, attack.expected)
    expectOutcome(await stage.call(INNOCENT.call), INNOCENT.expected)
  })
})

it('an attack that gets hold of an object of the thread would be seen', async () => {
  await using stage = new Stage('thread')
  const code = "exports.main = () => require('./secret-from.js').secretFrom(Intl.hostObject)"
  expect(await stage.call({ code, files })).toMatchObject({ valueJson: JSON.stringify(SECRET) })
})
