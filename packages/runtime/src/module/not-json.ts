/** Stands where a function cannot be called, because JSON cannot carry what it takes or returns. */
export interface NotJson<Why extends string> {
  readonly 'JSON cannot carry it': Why
}

type AnyFunction = (...args: never[]) => unknown

/** What JSON turns into something else, with the word for it. */
interface Uncarried {
  function: AnyFunction
  class: abstract new (...args: never[]) => unknown
  symbol: symbol
  BigInt: bigint
  Date: Date
  // By their methods: the types of keys and values stand in the way of comparing them as wholes.
  Map: { readonly size: number; get: AnyFunction; has: AnyFunction; entries: AnyFunction }
  Set: { readonly size: number; get?: never; has: AnyFunction; entries: AnyFunction }
  RegExp: RegExp
  Promise: PromiseLike<unknown>
  'buffer of bytes': ArrayBuffer | SharedArrayBuffer | ArrayBufferView
}

type Plain = string | number | boolean | null

type IsAny<Type> = 0 extends 1 & Type ? true : false

/** The word for a type that JSON does not carry; `never` if it is none of them. */
type WordFor<Type> = {
  [Word in keyof Uncarried]: Type extends Uncarried[Word] ? Word : never
}[keyof Uncarried]

/**
 * The type with `never` in place of what JSON cannot carry. The compiler looks no deeper into a mapped type than it needs
 * to, so that recursive types do no harm.
 */
type Carried<Type> =
  IsAny<Type> extends true
    ? Type
    : unknown extends Type
      ? Type
      : Type extends Plain | undefined
        ? Type
        : [WordFor<Type>] extends [never]
          ? Type extends readonly unknown[]
            ? { [Index in keyof Type]: CarriedItem<Type[Index]> }
            : // Symbols mark types more often than they carry anything.
              { [Key in keyof Type as Exclude<Key, symbol>]: Carried<Type[Key]> }
          : never

/** In a list, `undefined` would become `null`. */
type CarriedItem<Item> = unknown extends Item ? Item : undefined extends Item ? never : Carried<Item>

/**
 * What JSON cannot carry of a type, in words that name the place, as in `the result.at is a Date`; `never` if it carries
 * all of it, as far as types tell. `any` and `unknown` are let through.
 */
export type JsonProblem<Type, Place extends string> = [Type] extends [Carried<Type>]
  ? never
  : ProblemAt<Type, Place, []> extends infer Words extends string
    ? [Words] extends [never]
      ? `${Place} holds what JSON cannot carry, deep inside`
      : Words
    : never

/** How deep the place is looked for: types may be recursive, and wide. */
type MaxDepth = 4

type ProblemAt<Type, Place extends string, Depth extends unknown[]> =
  IsAny<Type> extends true
    ? never
    : unknown extends Type
      ? never
      : Depth['length'] extends MaxDepth
        ? never
        : Type extends Plain | undefined
          ? never
          : [WordFor<Type>] extends [never]
            ? ProblemWithin<Type, Place, [...Depth, unknown]>
            : `${Place} is a ${WordFor<Type>}`

type ProblemWithin<Type, Place extends string, Depth extends unknown[]> = Type extends readonly unknown[]
  ? ProblemOfItem<Type[number], `${Place}[]`, Depth>
  : {
      [Key in keyof Type & (string | number)]-?: ProblemAt<
        Exclude<Type[Key], undefined>,
        `${Place}.${Key}`,
        Depth
      >
    }[keyof Type & (string | number)]

type ProblemOfItem<Item, Place extends string, Depth extends unknown[]> = unknown extends Item
  ? never
  : undefined extends Item
    ? `${Place} is undefined`
    : ProblemAt<Item, Place, Depth>
