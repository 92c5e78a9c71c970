import { expect, test } from 'vitest'
import { FairPlaces, type Place } from './fair-places.ts'

/** Requests places for parties and records the order in which they get them. */
class Requests {
  readonly order: string[] = []
  readonly #places: FairPlaces
  readonly #given: Place[] = []

  constructor(maxPlaces: number, maxPerParty: number) {
    this.#places = new FairPlaces(maxPlaces, maxPerParty)
  }

  async request(party: string, count: number): Promise<void> {
    for (let request = 0; request < count; request++) {
      void this.#take(party)
    }
    await Promise.resolve()
  }

  async #take(party: string): Promise<void> {
    const place = await this.#places.take(party)
    this.order.push(party)
    this.#given.push(place)
  }

  async giveBack(count: number): Promise<void> {
    for (const place of this.#given.splice(0, count)) place[Symbol.dispose]()
    await Promise.resolve()
  }
}

test('parties that wait get places in turn', async () => {
  const requests = new Requests(1, 1)
  await requests.request('a', 4)
  await requests.request('b', 2)
  for (let turn = 0; turn < 6; turn++) await requests.giveBack(1)
  expect(requests.order.join('')).toBe('aababa')
})

test('one party leaves places for others', async () => {
  const requests = new Requests(4, 3)
  await requests.request('a', 10)
  expect(requests.order).toEqual(['a', 'a', 'a'])
  await requests.request('b', 1)
  expect(requests.order).toEqual(['a', 'a', 'a', 'b'])
})

test('a place that is given back twice is free once', async () => {
  const places = new FairPlaces(1, 1)
  const first = await places.take('a')
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  await places.take('b')
  let isGiven = false
  void places.take('c').then(() => (isGiven = true))
  await new Promise(setImmediate)
  expect(isGiven).toBe(false)
})
