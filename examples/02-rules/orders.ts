import { setImmediate } from 'node:timers/promises'
import type { Order } from './modules/types.ts'

const CATALOGUE = [
  { sku: 'MUG-BLUE', category: 'kitchen', price: 9.9 },
  { sku: 'TEA-250G', category: 'food', price: 6.5 },
  { sku: 'LAMP-DESK', category: 'home', price: 49 },
  { sku: 'CHAIR-OAK', category: 'home', price: 189 },
  { sku: 'PEN-BLACK', category: 'office', price: 1.2 },
  { sku: 'PAPER-A4', category: 'office', price: 4.8 },
]
const COUNTRIES = ['DE', 'FR', 'PL', 'IT']
const CHANNELS = ['web', 'web', 'app', 'phone'] as const
const QUANTITIES = [1, 1, 2, 3, 12]
const FIRST = Date.UTC(2026, 10, 2, 8)

/** Orders as they might come in on a Monday morning; the same ones each time. */
export async function* orders(count: number): AsyncGenerator<Order> {
  const random = randomNumbers(2026)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  for (let number = 1; number <= count; number++) {
    const lines = Array.from({ length: pick([1, 1, 2, 3]) }, () => ({
      ...pick(CATALOGUE),
      quantity: pick(QUANTITIES),
    }))
    const since = pick([2015, 2019, 2023, 2025, 2026, undefined])
    yield {
      id: `O-${String(number).padStart(4, '0')}`,
      placedAt: new Date(FIRST + number * 41_000).toISOString(),
      channel: pick(CHANNELS),
      customer: { id: `C-${Math.floor(random() * 900) + 100}`, country: pick(COUNTRIES), since },
      lines,
      total: Math.round(lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0) * 100) / 100,
      giftCard: number % 20 === 0 ? 1_000 : 0,
    }
    // The next one comes when it comes.
    await setImmediate()
  }
}

/** Numbers from 0 to 1 that look random: the generator of Park and Miller. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
