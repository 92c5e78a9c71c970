import type { Decision, Order } from './types.ts'

const SHIPPING: Record<string, number> = { DE: 4.9, FR: 6.9, PL: 7.9 }

export function decide({ total, customer }: Order): Decision {
  const amount = SHIPPING[customer.country]
  return total >= 80 && amount !== undefined ? { action: 'discount', amount } : undefined
}
