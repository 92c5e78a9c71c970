import { addDays, formatISO } from 'date-fns'
import { Decimal } from 'decimal.js'
import { z } from 'zod'

const orderSchema = z.object({
  placed: z.iso.date(),
  lines: z.array(z.object({ sku: z.string(), price: z.string(), quantity: z.int().positive() })).min(1),
})

export function invoice(order: unknown): { total: string; due: string } {
  const { placed, lines } = orderSchema.parse(order)
  const total = lines.reduce(
    (sum, { price, quantity }) => sum.plus(new Decimal(price).times(quantity)),
    new Decimal(0),
  )
  return {
    total: total.toFixed(2),
    due: formatISO(addDays(new Date(placed), 14), { representation: 'date' }),
  }
}

export function problems(order: unknown): string[] {
  const parsed = orderSchema.safeParse(order)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}
