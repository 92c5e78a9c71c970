import { Random } from '@isolated-runtime/testing'
import { describe, expect, it } from 'vitest'
import { Places, type PlaceView } from './places.ts'
import { Residents, type Resident } from './residents.ts'

const MINUTE_MS = 60_000

interface SimulatedOptions {
  readonly budgetMb: number
  readonly heldMb?: (owner: string) => number
  readonly price?: (owner: string) => number
  /** Ends the one that was idle for longest instead, to compare with. */
  readonly leastRecentlyUsed?: boolean
}

/** Tenants come and are given places, in virtual time; counts those that find one. */
class Simulation {
  now = 1_000_000
  readonly places = new Places<Resident>()
  readonly residents: Residents<Resident>
  readonly #options: SimulatedOptions

  constructor(options: SimulatedOptions) {
    this.#options = options
    // An end that is chosen by `#trim` is not chosen here.
    const budgetMb = options.leastRecentlyUsed === true ? Infinity : options.budgetMb
    this.residents = new Residents(this.places, () => budgetMb)
  }

  /** A run of a tenant, and a look at what is left afterwards; `true` if it had a place. */
  run(owner: string): boolean {
    const isWarm = this.take(owner)
    this.residents.trim(this.now)
    return isWarm
  }

  /** A run of a tenant begins; `true` if it had a place. */
  take(owner: string): boolean {
    const [known] = this.places.of({ owner, memoryMb: 64, cordon: undefined })
    const place = known ?? this.#start(owner)
    this.residents.used(place, this.now, known === undefined)
    Object.assign(place, { usedAt: this.now })
    if (this.#options.leastRecentlyUsed === true) this.#trim()
    return known !== undefined
  }

  /** Runs for a while, one each `everyMs`; gives the share of runs that found a place. */
  runAll(owners: () => string, durationMs: number, everyMs: number): number {
    let warm = 0
    let runs = 0
    for (const end = this.now + durationMs; this.now < end; this.now += everyMs) {
      if (this.run(owners())) warm++
      runs++
    }
    return warm / runs
  }

  #start(owner: string): Resident {
    const place: Resident = {
      owner: undefined,
      memoryMb: 64,
      cordon: undefined,
      slots: 2,
      inFlight: 0,
      open: true,
      draining: false,
      usedAt: this.now,
      ownedAt: this.now,
      heldMb: this.#options.heldMb?.(owner) ?? 20,
      price: this.#options.price?.(owner) ?? 1,
      measure: () => {},
      retire: () => {
        this.places.remove(place)
        this.residents.ended(place)
      },
    }
    this.places.assign(place, owner, this.now)
    return place
  }

  #trim(): void {
    const held = [...this.places.idle()].toSorted((a, b) => a.usedAt - b.usedAt)
    let sum = held.reduce((total, { heldMb }) => total + heldMb, 0)
    for (const place of held) {
      if (sum <= this.#options.budgetMb) return
      sum -= place.heldMb
      place.retire()
    }
  }
}

function zipf(tenants: number, random: Random, name = 'tenant'): () => string {
  let sum = 0
  const upTo = Array.from({ length: tenants }, (_, rank) => (sum += 1 / (rank + 1)))
  return () => {
    const at = random.next() * sum
    return `${name}-${upTo.findIndex((limit) => limit > at)}`
  }
}

function warmOf(names: readonly string[], places: Places<PlaceView>): number {
  return names.filter((name) => places.hasOwner(name)).length / names.length
}

function isLarge(owner: string): boolean {
  return owner.startsWith('large')
}

describe('Residents', () => {
  it('keeps the busy tenants through a sweep of tenants that come once', () => {
    const busy = Array.from({ length: 80 }, (_, n) => `busy-${n}`)
    const kept = [true, false].map((leastRecentlyUsed) => {
      const simulation = new Simulation({ budgetMb: 2_000, leastRecentlyUsed })
      let turn = 0
      // Each of them comes every four seconds.
      simulation.runAll(() => busy[turn++ % busy.length] ?? '', 5 * MINUTE_MS, 50)
      // Then 500 others come within ten seconds, with a batch of three runs each.
      for (let n = 0; n < 500; n++) {
        for (let run = 0; run < 3; run++) simulation.run(`daily-${n}`)
        simulation.now += 20
      }
      return warmOf(busy, simulation.places)
    })
    expect(kept).toEqual([0, 1])
  })

  it('finds more tenants of a long tail warm than the least recently used would be ended', () => {
    const [lru = 0, ours = 0] = [true, false].map((leastRecentlyUsed) => {
      const simulation = new Simulation({ budgetMb: 2_000, leastRecentlyUsed })
      const draw = zipf(1_000, new Random(1))
      simulation.runAll(draw, 5 * MINUTE_MS, 20)
      return simulation.runAll(draw, 5 * MINUTE_MS, 20)
    })
    // The best that is possible is the share of the hundred first: 0.69.
    expect(lru).toBeLessThan(0.62)
    expect(ours).toBeGreaterThan(0.65)
  })

  it('gives the places of the day to the tenants of the night within minutes', () => {
    const simulation = new Simulation({ budgetMb: 2_000 })
    const random = new Random(2)
    simulation.runAll(zipf(90, random, 'day'), 60 * MINUTE_MS, 100)
    const night = zipf(90, random, 'night')
    simulation.runAll(night, 10 * MINUTE_MS, 200)
    expect(simulation.runAll(night, 10 * MINUTE_MS, 200)).toBeGreaterThan(0.98)
  })

  it('holds no more than it may, and gives up the large and the cheap first', () => {
    const simulation = new Simulation({ budgetMb: 400, heldMb: (owner) => (isLarge(owner) ? 80 : 20) })
    let turn = 0
    const names = Array.from({ length: 20 }, (_, n) => `${n % 2 === 0 ? 'large' : 'small'}-${n}`)
    simulation.runAll(() => names[turn++ % names.length] ?? '', MINUTE_MS, 100)
    expect(
      warmOf(
        names.filter((name) => !isLarge(name)),
        simulation.places,
      ),
    ).toBe(1)
    const held = [...simulation.places.idle()].reduce((sum, { heldMb }) => sum + heldMb, 0)
    expect(held).toBeLessThanOrEqual(400)

    const dear = new Simulation({ budgetMb: 200, price: (owner) => (owner.startsWith('dear') ? 2 : 1) })
    const owners = Array.from({ length: 20 }, (_, n) => `${n % 2 === 0 ? 'dear' : 'cheap'}-${n}`)
    dear.runAll(() => owners[turn++ % owners.length] ?? '', MINUTE_MS, 100)
    expect(
      warmOf(
        owners.filter((name) => name.startsWith('dear')),
        dear.places,
      ),
    ).toBe(1)
  })

  it('ends what is too much when there is less memory than there was', () => {
    let budgetMb = 400
    const simulation = new Simulation({ budgetMb: 400 })
    const residents = new Residents(simulation.places, () => budgetMb)
    for (let n = 0; n < 20; n++) simulation.run(`tenant-${n}`)
    budgetMb = 100
    residents.trim(simulation.now)
    expect([...simulation.places.idle()]).toHaveLength(5)
  })

  it('does not end the place that has just been given to a run', () => {
    const simulation = new Simulation({ budgetMb: 100, heldMb: (owner) => (owner === 'large' ? 90 : 20) })
    for (let n = 0; n < 5; n++) simulation.run(`tenant-${n}`)
    simulation.take('large')
    expect(simulation.places.hasOwner('large')).toBe(true)
  })
})
