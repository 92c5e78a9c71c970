import { describe, expect, it } from 'vitest'
import { newCall } from '../fixtures/new-call.ts'
import { stricter, wishOf, type Isolation } from './isolation.ts'

const run = { tenant: 'acme', call: newCall() }

function wish(own: Isolation | undefined, ofAll: Isolation, suspect = false): ReturnType<typeof wishOf> {
  return wishOf({ ...run, isolation: own, cordon: 'paid' }, ofAll, suspect)
}

describe('wishOf()', () => {
  it.each<[Isolation, Isolation, Isolation]>([
    ['shared', 'cordon', 'cordon'],
    ['cordon', 'tenant', 'tenant'],
    ['tenant', 'run', 'run'],
    ['shared', 'run', 'run'],
    ['cordon', 'cordon', 'cordon'],
  ])('takes the stricter of "%s" and "%s", whichever a run asks for', (one, other, strict) => {
    expect([stricter(one, other), stricter(other, one)]).toEqual([strict, strict])
    expect(wish(one, other)).toEqual(wish(undefined, strict))
    expect(wish(other, one)).toEqual(wish(undefined, strict))
  })

  it('names a cordon only where processes are shared within it', () => {
    expect(wish(undefined, 'cordon')).toMatchObject({ owner: 'acme', cordon: 'paid', alone: false })
    expect(wishOf(run, 'cordon', false)).toMatchObject({ cordon: 'default' })
    expect(wish(undefined, 'tenant')).toMatchObject({ owner: 'acme', cordon: undefined, alone: false })
    expect(wish(undefined, 'run')).toMatchObject({ cordon: undefined, alone: true })
    expect(wish(undefined, 'shared')).toMatchObject({ owner: '', cordon: undefined, alone: false })
  })

  it('gives a suspect a cell of its own, whatever the isolation', () => {
    expect(wish(undefined, 'cordon', true)).toMatchObject({ cordon: undefined, alone: true })
  })
})
