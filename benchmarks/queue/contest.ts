import type { Caller } from './caller.ts'
import { Ours } from './ours.ts'
import { RedisMeter } from './redis-meter.ts'
import { Stock } from './stock.ts'

export const CONTENDERS = ['stock', 'fresh', 'hardened', 'warm', 'stock-process', 'stock-thread'] as const

/** Ours, where each run travels by itself (`batching: false`). */
export const ALONE = ['fresh-alone', 'warm-alone'] as const

export type ContenderName = (typeof CONTENDERS)[number] | (typeof ALONE)[number]

export interface ContestOptions {
  readonly sliceMs: number
  readonly rounds: number
}

/** Everybody who is measured, on one Redis. */
export class Contest implements AsyncDisposable {
  readonly sliceMs: number
  readonly rounds: number
  readonly meter: RedisMeter
  readonly #ours: Ours
  readonly #stock: Readonly<Record<'stock' | 'stock-process' | 'stock-thread', Stock>>
  readonly #stack: AsyncDisposableStack

  private constructor(
    { sliceMs, rounds }: ContestOptions,
    parts: { readonly meter: RedisMeter; readonly ours: Ours; readonly stock: Record<string, Stock> },
    stack: AsyncDisposableStack,
  ) {
    this.sliceMs = sliceMs
    this.rounds = rounds
    this.meter = parts.meter
    this.#ours = parts.ours
    this.#stock = parts.stock as Readonly<Record<'stock' | 'stock-process' | 'stock-thread', Stock>>
    this.#stack = stack
  }

  static async start(url: string, options: ContestOptions): Promise<Contest> {
    await using stack = new AsyncDisposableStack()
    const meter = stack.use(new RedisMeter(url))
    const ours = stack.use(await Ours.start(url))
    const stock = {
      stock: stack.use(await Stock.start(url, 'no-op')),
      'stock-process': stack.use(await Stock.start(url, 'process')),
      'stock-thread': stack.use(await Stock.start(url, 'thread')),
    }
    return new Contest(options, { meter, ours, stock }, stack.move())
  }

  /** Someone who calls, with connections of its own. */
  async caller(name: ContenderName, payload: unknown): Promise<Caller> {
    switch (name) {
      case 'fresh':
      case 'hardened':
      case 'warm':
        return this.#ours.caller(payload, name)
      case 'fresh-alone':
        return this.#ours.caller(payload, 'fresh', { batching: false })
      case 'warm-alone':
        return this.#ours.caller(payload, 'warm', { batching: false })
      default:
        return this.#stock[name].caller(payload)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}
