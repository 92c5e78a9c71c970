import { afterAll, describe, expect, it } from 'vitest'
import type { Call } from '../src/fixtures/call-guest.ts'
import { expectOutcome, INNOCENT } from './stage/expect-outcome.ts'
import { loadAttacks } from './stage/load-attacks.ts'
import { Stage } from './stage/stage.ts'

const attacks = await loadAttacks('cordon')

/** A tenant with a thread in the same process, who leaves what it holds wherever it can. */
const NEIGHBOUR: Call = {
  tenant: 'neighbour',
  realm: 'warm',
  code: `
    const held = []
    exports.main = () => {
      const secret = 'secret of the neighbour'
      globalThis.neighbour = secret
      Array.prototype.neighbour = secret
      for (const object of [globalThis, Array.prototype, Symbol, JSON, Math]) object[Symbol.for(secret)] = secret
      const bytes = new Uint8Array(2 ** 20)
      for (let at = 0; at < bytes.length; at++) bytes[at] = secret.charCodeAt(at % secret.length)
      held.length = 0
      held.push(bytes)
      return secret.length
    }`,
}

describe('a neighbour in the cordon holds against the thread of a tenant, whose realm has fallen:', () => {
  const stage = new Stage('thread', [], 'cordon')
  afterAll(() => stage[Symbol.asyncDispose]())

  it.each(attacks)('$file: $attack.name', async ({ attack }) => {
    expect(await stage.call(NEIGHBOUR)).toMatchObject({ valueJson: '23' })
    const code = `exports.main = () => Intl.breakOut(${JSON.stringify(attack.code)})`
    const outcome = await stage.call({ ...attack, code })
    expectOutcome(outcome, attack.expected)
    for (const tenant of stage.tenants)
      expectOutcome(await stage.call({ ...INNOCENT.call, tenant }), INNOCENT.expected)
    expect(await stage.call(NEIGHBOUR)).toMatchObject({ valueJson: '23' })
  })
})
