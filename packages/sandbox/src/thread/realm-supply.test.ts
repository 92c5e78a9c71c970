import { describe, expect, it } from 'vitest'
import { preludeText } from '../realm/prelude.ts'
import { RealmMaker, type Reuse } from '../realm/realm-maker.ts'
import { RealmSupply, type RealmSupplyOptions } from './realm-supply.ts'

const maker = new RealmMaker(preludeText())

function supply(options: Partial<RealmSupplyOptions> = {}): RealmSupply {
  return new RealmSupply({ maker, maxKept: 2, maxRuns: 100, isHeapFull: () => false, ...options })
}

describe('RealmSupply', () => {
  it('lends a realm that it was given back to the next run of the same kind and bundle', () => {
    const realms = supply()
    const first = realms.lend('warm', 'a')
    expect(realms.takeBack(first)).toBe(true)
    expect(realms.lend('warm', 'b').realm).not.toBe(first.realm)
    expect(realms.lend('hardened', 'a').realm).not.toBe(first.realm)
    expect(realms.lend('warm', 'a')).toMatchObject({ realm: first.realm, runs: 1 })
  })

  it('never lends a realm that was not given back', () => {
    const realms = supply()
    const { realm } = realms.lend('warm', 'a')
    expect(realms.lend('warm', 'a').realm).not.toBe(realm)
  })

  it('keeps no fresh realm', () => {
    const realms = supply()
    expect(realms.takeBack(realms.lend('fresh', 'a'))).toBe(false)
  })

  it.each<Reuse>(['hardened', 'warm'])('replaces a %s realm that has served its runs', (reuse) => {
    const realms = supply({ maxRuns: 2 })
    const { realm } = realms.lend(reuse, 'a')
    const fates = [
      realms.takeBack({ realm, reuse, bundle: 'a', runs: 0 }),
      realms.takeBack(realms.lend(reuse, 'a')),
    ]
    expect(fates).toEqual([true, false])
    expect(realms.lend(reuse, 'a').realm).not.toBe(realm)
  })

  it('keeps those that were used last', () => {
    const realms = supply()
    const loans = ['a', 'b', 'a', 'c'].map((bundle) => {
      const loan = realms.lend('warm', bundle)
      realms.takeBack(loan)
      return loan
    })
    expect(['a', 'c', 'b'].map((bundle) => realms.lend('warm', bundle).runs)).toEqual([2, 1, 0])
    expect(loans).toHaveLength(4)
  })

  it('lets go of all it keeps when the heap is full', () => {
    let full = false
    const realms = supply({ isHeapFull: () => full })
    realms.takeBack(realms.lend('warm', 'b'))
    full = true
    let runs = 0
    while (realms.takeBack(realms.lend('warm', 'a'))) runs++
    expect(runs).toBeLessThan(32)
    expect(['a', 'b'].map((bundle) => realms.lend('warm', bundle).runs)).toEqual([0, 0])
  })

  it('lends a realm that was prepared', () => {
    const realms = supply()
    realms.prepare('hardened')
    const { realm } = realms.lend('hardened', 'a')
    expect(realm.inside.renew()).toBe(true)
    expect(realms.lend('hardened', 'a').realm).not.toBe(realm)
  })
})
