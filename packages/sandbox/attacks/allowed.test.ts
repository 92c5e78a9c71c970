import { afterAll, describe, expect, it } from 'vitest'
import { ALLOWABLES } from '../src/allow.ts'
import { expectOutcome, INNOCENT } from './stage/expect-outcome.ts'
import { loadAttacks } from './stage/load-attacks.ts'
import { SECRET } from './stage/secret.ts'
import { SECRET_FROM } from './stage/secret-from.ts'
import { APART, Stage } from './stage/stage.ts'
import { attack as noCodeFromStrings } from './thread/no-code-from-strings.ts'

const own = await loadAttacks('allowed')
const ofRealm = await loadAttacks('realm')
const files = { '/secret-from.js': SECRET_FROM }

describe.each(APART)('under "%s", with all allowed that can be, the realm holds against', (isolation) => {
  const stage = new Stage('all', ALLOWABLES, isolation)
  afterAll(() => stage[Symbol.asyncDispose]())

  it.each(own)('$file: $attack.name', async ({ attack }) => {
    const outcome = await stage.call({ ...attack, files: { ...files, ...attack.files } })
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
    expectOutcome(outcome, attack.expected)
    for (const tenant of stage.tenants)
      expectOutcome(await stage.call({ ...INNOCENT.call, tenant }), INNOCENT.expected)
  })

  // They may come to another end than where nothing is allowed, but not to the secret.
  it.each(ofRealm)('realm/$file', async ({ attack }) => {
    const outcome = await stage.call({ ...attack, files: { ...files, ...attack.files } })
    expect(JSON.stringify(outcome)).not.toContain(SECRET)
    for (const tenant of stage.tenants)
      expectOutcome(await stage.call({ ...INNOCENT.call, tenant }), INNOCENT.expected)
  })
})

describe('with all allowed that can be, the realm of the thread still', () => {
  const stage = new Stage('thread', ALLOWABLES)
  afterAll(() => stage[Symbol.asyncDispose]())

  it('compiles no code from strings', async () => {
    const code = `exports.main = () => Intl.breakOut(${JSON.stringify(noCodeFromStrings.code)})`
    const outcome = await stage.call({ code })
    const names = Array.from({ length: 5 }, () => 'EvalError')
    expect(outcome).toMatchObject({ valueJson: JSON.stringify(names) })
  })

  it('compiles no text for a guest that got hold of its Function', async () => {
    const code = `exports.main = () => {
      const Foreign = Intl.hostObject.constructor.constructor
      try { return Foreign('return typeof process')() } catch (error) { return error.name }
    }`
    expect(await stage.call({ code })).toMatchObject({ valueJson: '"EvalError"' })
  })
})
