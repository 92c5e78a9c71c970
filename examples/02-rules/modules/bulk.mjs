import { cents } from './lib/money.ts'

/** Five percent off lines of ten pieces and more. */
export function decide({ lines }) {
  const bulk = lines.filter(({ quantity }) => quantity >= 10)
  const amount = cents(bulk.reduce((sum, { price, quantity }) => sum + price * quantity * 0.05, 0))
  return amount > 0 ? { action: 'discount', amount } : undefined
}
