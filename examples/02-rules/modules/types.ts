export interface Order {
  id: string
  placedAt: string
  channel: 'web' | 'app' | 'phone'
  customer: { id: string; country: string; since?: number }
  lines: { sku: string; category: string; price: number; quantity: number }[]
  total: number
  giftCard: number
}

/** What a rule decides about an order; `undefined` if the order is none of its business. */
export type Decision = { action: 'discount'; amount: number } | { action: 'hold'; why: string } | undefined
