import { describe, expectTypeOf, it } from 'vitest'
import type { ModuleFunctions } from './module-functions.ts'
import type { NotJson } from './not-json.ts'

interface Order {
  readonly total: number
  readonly lines?: readonly { readonly sku: string; readonly tags?: [string, ...number[]] }[]
}

interface Tree {
  value: Order | null
  left?: Tree
  right?: Tree
  all: Tree[]
  byName: Record<string, Tree>
}

interface BadTree extends Tree {
  parent: BadTree
  visit(): void
}

type Branded = string & { readonly brand: unique symbol }

/** What the types say of a guest's file that exports one function. */
type Only<Func> = ModuleFunctions<{ func: Func }> extends { readonly func: infer Called } ? Called : never

describe('the functions of a module', () => {
  it('take what the guest takes, and promise what it returns, awaited', () => {
    expectTypeOf<Only<(order: Order, year?: number) => number>>().toEqualTypeOf<
      (order: Order, year?: number) => Promise<number>
    >()
    expectTypeOf<Only<() => Promise<Order[]>>>().toEqualTypeOf<() => Promise<Order[]>>()
    expectTypeOf<Only<() => Promise<Promise<void>>>>().toEqualTypeOf<() => Promise<void>>()
    expectTypeOf<Only<(...orders: Order[]) => Order | undefined>>().toEqualTypeOf<
      (...orders: Order[]) => Promise<Order | undefined>
    >()
    expectTypeOf<Only<<Item>(item: Item) => Item>>().toEqualTypeOf<(item: unknown) => Promise<unknown>>()
  })

  it('are nothing else of what the file exports', () => {
    interface Exports {
      discount: (order: Order) => number
      RATE: number
      settings: { rate: number }
      then: () => void
      toJSON: () => string
      Rule: new () => object
    }
    expectTypeOf<keyof ModuleFunctions<Exports>>().toEqualTypeOf<'discount'>()
  })

  it('may take and return all that JSON carries, recursive types, any and unknown included', () => {
    expectTypeOf<Only<(tree: Tree) => Tree>>().toEqualTypeOf<(tree: Tree) => Promise<Tree>>()
    expectTypeOf<Only<(id: Branded) => Branded>>().toEqualTypeOf<(id: Branded) => Promise<Branded>>()
    expectTypeOf<Only<(given: unknown, list: unknown[]) => Record<string, unknown>>>().toBeFunction()
    expectTypeOf<Only<(pair: readonly [number, string?]) => 'a' | 1 | true | null>>().not.toBeNever()
    expectTypeOf<Only<(given: { a: number | undefined }) => { b?: { c?: string } }>>().toBeFunction()
  })

  it('are no functions if they take what JSON cannot carry, and say what and where', () => {
    expectTypeOf<Only<(at: Date) => number>>().toEqualTypeOf<NotJson<'an argument is a Date'>>()
    expectTypeOf<Only<(a: 1, b?: { deep: { list: Map<string, Order>[] } }) => number>>().toEqualTypeOf<
      NotJson<'an argument.deep.list[] is a Map'>
    >()
    expectTypeOf<Only<(done: () => void) => void>>().toEqualTypeOf<NotJson<'an argument is a function'>>()
    expectTypeOf<Only<(...ids: bigint[]) => void>>().toEqualTypeOf<NotJson<'an argument is a BigInt'>>()
    expectTypeOf<Only<(list: (string | undefined)[]) => void>>().toEqualTypeOf<
      NotJson<'an argument[] is undefined'>
    >()
    expectTypeOf<Only<(one: string | Set<string>) => void>>().toEqualTypeOf<NotJson<'an argument is a Set'>>()
  })

  it('are no functions if they return what JSON cannot carry, and say what and where', () => {
    expectTypeOf<Only<() => { at: Date }>>().toEqualTypeOf<NotJson<'the result.at is a Date'>>()
    expectTypeOf<Only<() => Promise<Map<string, number>>>>().toEqualTypeOf<NotJson<'the result is a Map'>>()
    expectTypeOf<Only<() => symbol>>().toEqualTypeOf<NotJson<'the result is a symbol'>>()
    expectTypeOf<Only<() => Uint8Array>>().toEqualTypeOf<NotJson<'the result is a buffer of bytes'>>()
    expectTypeOf<Only<() => { later: Promise<number> }>>().toEqualTypeOf<
      NotJson<'the result.later is a Promise'>
    >()
    expectTypeOf<Only<() => () => void>>().toEqualTypeOf<NotJson<'the result is a function'>>()
    expectTypeOf<Only<(at: Date) => RegExp>>().toEqualTypeOf<
      NotJson<'an argument is a Date' | 'the result is a RegExp'>
    >()
  })

  it('are no functions if a recursive type holds what JSON cannot carry', () => {
    expectTypeOf<Only<(tree: BadTree) => void>>().not.toBeFunction()
    expectTypeOf<Only<(tree: { a: { b: { c: { d: { e: { f: Date } } } } } }) => void>>().toEqualTypeOf<
      NotJson<'an argument holds what JSON cannot carry, deep inside'>
    >()
  })
})

/** Checked by the compiler, and never run: an unused `@ts-expect-error` is an error of its own. */
export async function calls(
  rules: ModuleFunctions<{ discount: (order: Order, year?: number) => number; at: () => Date; RATE: 5 }>,
): Promise<number> {
  // @ts-expect-error -- an argument is missing
  await rules.discount()
  // @ts-expect-error -- an argument is of another type
  await rules.discount({ total: '1' })
  // @ts-expect-error -- the result is a number
  ;(await rules.discount({ total: 1 })).toUpperCase()
  // @ts-expect-error -- a Date does not survive
  await rules.at()
  // @ts-expect-error -- it is no function
  await rules.RATE()
  // @ts-expect-error -- there is no such export
  await rules.missing()
  // @ts-expect-error -- functions cannot be replaced
  rules.discount = async () => 1
  return rules.discount({ total: 1, lines: [{ sku: 'a', tags: ['b', 1] }] }, 2026)
}
