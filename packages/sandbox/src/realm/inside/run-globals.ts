import type { Pristine } from './pristine.ts'

export interface RunGlobals {
  /** Defines them: the context over constants of the same name, and both over the function that reports progress. */
  put(
    constantsJson: string | undefined,
    contextJson: string | undefined,
    freezeContext: boolean,
    reportProgress: ((value?: unknown) => void) | undefined,
  ): void
  /** Puts back what was there before; says whether it could. */
  takeAway(): boolean
}

interface Entry<Item> {
  readonly item: Item
  readonly below: Entry<Item> | undefined
}

/**
 * Makes what gives a run the constants of its bundle and its own context as globals. A frozen one cannot be assigned to,
 * nor anything in it; the global itself stays configurable, so that it can be taken away where a realm is used again.
 *
 * Stacks are linked lists because pushing to an array would run setters that a guest put on `Array.prototype`.
 */
export function createRunGlobals(pristine: Pristine, progressGlobal: string): RunGlobals {
  const { defineProperty, deleteProperty, descriptorOf, freeze, global, ownKeys, parse } = pristine
  const { setPrototypeOf, tryDefineProperty } = pristine
  let isWhole = true
  let covered: Entry<readonly [PropertyKey, PropertyDescriptor | undefined]> | undefined

  /** A tree of JSON, which may be deeper than the stack of calls. */
  function freezeAll(tree: unknown): void {
    let rest: Entry<unknown> | undefined = { item: tree, below: undefined }
    while (rest !== undefined) {
      const { item } = rest
      rest = rest.below
      if (typeof item !== 'object' || item === null) continue
      freeze(item)
      const keys = ownKeys(item)
      for (let index = 0; index < keys.length; index++)
        rest = { item: (item as Record<PropertyKey, unknown>)[keys[index] as PropertyKey], below: rest }
    }
  }

  function define(json: string, frozen: boolean): void {
    const values = parse(json) as Record<PropertyKey, unknown>
    if (frozen) freezeAll(values)
    const keys = ownKeys(values)
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as PropertyKey
      cover(key, values[key], !frozen, true)
    }
  }

  function cover(key: PropertyKey, value: unknown, writable: boolean, enumerable: boolean): void {
    const before = descriptorOf(global, key)
    // Else what a guest puts on `Object.prototype` would be taken for a part of it.
    if (before !== undefined) setPrototypeOf(before, null)
    covered = { item: [key, before], below: covered }
    defineProperty(global, key, {
      __proto__: null,
      value,
      writable,
      enumerable,
      configurable: true,
    } as PropertyDescriptor)
  }

  return {
    put(constantsJson, contextJson, freezeContext, reportProgress) {
      // An earlier guest of a warm realm may have made a global of that name that cannot be changed.
      isWhole = false
      if (reportProgress !== undefined) cover(progressGlobal, reportProgress, true, false)
      if (constantsJson !== undefined) define(constantsJson, true)
      if (contextJson !== undefined) define(contextJson, freezeContext)
      isWhole = true
    },
    takeAway() {
      let isDone = isWhole
      for (; covered !== undefined; covered = covered.below) {
        const key = covered.item[0]
        const before = covered.item[1]
        const could =
          before === undefined ? deleteProperty(global, key) : tryDefineProperty(global, key, before)
        if (!could) isDone = false
      }
      return isDone
    },
  }
}
