export interface Item {
  readonly sku: string
  readonly price: number
  readonly quantity?: number
}

export interface Quote {
  readonly net: number
  readonly vat: number
  readonly gross: number
  readonly validUntil: string
}

/** Exported, but no function: callers do not see it. */
export const VAT: Readonly<Record<string, number>> = { DE: 0.19, FR: 0.2 }

export async function quote(items: readonly Item[], country: string = 'DE'): Promise<Quote> {
  const rate = VAT[country]
  if (rate === undefined)
    throw new RangeError(`No rate for "${country}"`, { cause: { known: Object.keys(VAT) } })
  const net = items.reduce((sum, { price, quantity = 1 }) => sum + price * quantity, 0)
  const vat = net * rate
  return { net: round(net), vat: round(vat), gross: round(net + vat), validUntil: endOf(2026).toISOString() }
}

export function cheapest(items: readonly Item[]): Item | undefined {
  return items.toSorted((a, b) => a.price - b.price)[0]
}

/** A Date would arrive as text, so callers cannot call this. */
export function endOf(year: number): Date {
  return new Date(Date.UTC(year, 11, 31))
}

function round(amount: number): number {
  return Math.round(amount * 100) / 100
}
