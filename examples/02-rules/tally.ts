import type { Outcome } from '@isolated-runtime/client'
import type { Decision } from './modules/types.ts'

/** What became of the orders under one rule. */
export class Tally {
  readonly rule: string
  #discounts = 0
  #amount = 0
  readonly #held: string[] = []
  readonly #failures = new Map<string, number>()

  constructor(rule: string) {
    this.rule = rule
  }

  add(orderId: string, outcome: Outcome): void {
    if (outcome.status !== 'succeeded') return this.#addFailure(outcome)
    // A result is what the guest made it: whoever uses it for more than a list should check it.
    const decision = outcome.value as Decision
    if (decision?.action === 'hold') this.#held.push(orderId)
    if (decision?.action !== 'discount') return
    this.#discounts++
    this.#amount += decision.amount
  }

  toString(): string {
    const parts = [`${this.#discounts} discounts, ${this.#amount.toFixed(2)} EUR`]
    if (this.#held.length > 0) parts.push(`held back: ${this.#held.join(' ')}`)
    for (const [why, count] of this.#failures) parts.push(`${count} failed: ${why}`)
    return `${this.rule}: ${parts.join('; ')}`
  }

  /** By code and place: messages may differ from order to order. */
  #addFailure({ error: { code, name, stack = '' } }: Exclude<Outcome, { status: 'succeeded' }>): void {
    const place = /\(?(\/[^\s()]+)\)?$/.exec(stack.split('\n')[1] ?? '')?.[1]
    const why = place === undefined ? code : `${name} at ${place}`
    this.#failures.set(why, (this.#failures.get(why) ?? 0) + 1)
  }
}
