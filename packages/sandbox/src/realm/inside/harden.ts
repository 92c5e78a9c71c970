import type { Pristine } from './pristine.ts'

/** A property of a builtin that guests can write to: the realm is thrown away after a run that did. */
export interface Watched {
  readonly object: object
  readonly key: PropertyKey
  readonly value: unknown
}

/**
 * Hardens the builtins of the realm, before any guest code: what is left that a run can change is the global object,
 * and what `createRenewal` puts back or watches.
 *
 * Freezing alone would break ordinary code: where a prototype has a read-only `toString`, JavaScript refuses
 * `object.toString = …` on whatever inherits from it. So writable properties become accessors whose setter defines the
 * property on the object that was assigned to.
 *
 * @param hidden what no global leads to
 * @returns what is left as V8 made it, writable, because V8 is fast only as long as it is
 */
export function hardenIntrinsics(pristine: Pristine, hidden: readonly unknown[]): readonly Watched[] {
  const { defineProperty, descriptorOf, global, is, ownKeys, Error, TypeError } = pristine
  const { getPrototypeOf, seal } = Object
  const watched: Watched[] = []
  const withAccessors = new Set<object>()
  const keysToWatch = watchedKeys()

  function put(target: object, key: PropertyKey, value: unknown): void {
    defineProperty(target, key, {
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    } as PropertyDescriptor)
  }

  /** What an assignment does where a property of that name is inherited and writable. */
  function assign(target: object, key: PropertyKey, value: unknown): void {
    const own = descriptorOf(target, key)
    if (own === undefined) put(target, key, value)
    else if (own.writable === true)
      defineProperty(target, key, { __proto__: null, value } as PropertyDescriptor)
    else throw new TypeError(`Cannot assign to read only property "${pristine.String(key)}"`)
  }

  function allowOverriding(holder: object, key: PropertyKey, original: unknown, enumerable: boolean): void {
    const accessor = {
      get: () => original,
      set(this: unknown, value: unknown) {
        if (this !== holder) {
          if ((typeof this === 'object' && this !== null) || typeof this === 'function')
            assign(this, key, value)
        } else if (!is(value, original)) {
          throw new TypeError(`Cannot change "${pristine.String(key)}" of a builtin: builtins are frozen`)
        }
      },
    }
    // Libraries that look at descriptors know by this mark, which is that of SES, that the getter stands for a value.
    defineProperty(accessor.get, 'originalValue', { __proto__: null, value: original } as PropertyDescriptor)
    seal(accessor.get)
    seal(accessor.set)
    defineProperty(holder, key, {
      __proto__: null,
      ...accessor,
      enumerable,
      configurable: false,
    } as PropertyDescriptor)
  }

  /**
   * Arrays, promises, collections and their iterators have fast paths that V8 leaves, in all realms of the thread, once
   * one of these is not the property that it made.
   */
  function watchedKeys(): ReadonlyMap<object, readonly PropertyKey[]> {
    const typed = getPrototypeOf(Uint8Array) as { readonly prototype: object }
    const keys = new Map<object, readonly PropertyKey[]>([
      [Array.prototype, ['constructor', 'length', Symbol.iterator]],
      [Map.prototype, ['has', 'keys', Symbol.iterator]],
      [Set.prototype, ['has', 'keys', Symbol.iterator]],
      [String.prototype, [Symbol.iterator]],
      [Iterator.prototype, [Symbol.iterator]],
      [Promise, ['resolve']],
      [Promise.prototype, ['constructor', 'then']],
      [typed.prototype, ['constructor', Symbol.iterator]],
    ])
    for (const iterator of [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator]()])
      keys.set(getPrototypeOf(iterator) as object, ['next'])
    for (const key of ownKeys(global)) {
      const value: unknown = descriptorOf(global, key)?.value
      if (typeof value === 'function' && getPrototypeOf(value) === typed)
        keys.set(value.prototype as object, ['constructor'])
    }
    return keys
  }

  function makeOverridable(object: object, key: PropertyKey, descriptor: PropertyDescriptor): void {
    const { value, writable, enumerable = false } = descriptor as { value?: unknown } & PropertyDescriptor
    if (writable !== true) return
    // V8 reads settings off `Error`: two stay plain and writable, and a renewal puts them back.
    if (object === Error && (key === 'stackTraceLimit' || key === 'prepareStackTrace')) return
    if (keysToWatch.get(object)?.includes(key) === true) {
      watched.push({ object, key, value })
      return
    }
    allowOverriding(object, key, value, enumerable)
    withAccessors.add(object)
  }

  /**
   * Redefining properties makes V8 keep an object as a table, from which it optimizes no calls. What serves as a prototype
   * it makes fast again, when it has seen some reads of that kind.
   */
  function makeFast(objects: Iterable<object>): void {
    function Derived(): void {}
    const read = (instance: { readonly anything?: unknown }): unknown => instance.anything
    function use(object: object): void {
      Derived.prototype = object
      read(new (Derived as unknown as new () => object)())
    }
    for (let count = 0; count < 20; count++) use({})
    for (const object of objects) use(object)
  }

  // A set goes on iterating over what is added to it on the way.
  const met = new Set<object>()
  function meet(value: unknown): void {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
    if (isObject && value !== global && value !== RegExp.prototype) met.add(value)
  }
  function meetAll(descriptor: PropertyDescriptor | undefined): void {
    meet(descriptor?.value)
    meet(descriptor?.get)
    meet(descriptor?.set)
  }
  for (const key of ownKeys(global)) meet(descriptorOf(global, key)?.value)
  // Between the global object and `Object.prototype` lies one more.
  meet(getPrototypeOf(global))
  for (const intrinsic of hidden) meet(intrinsic)
  // V8 matches 50 times slower once the prototype itself is not as it made it: a renewal watches that one instead.
  for (const key of ownKeys(RegExp.prototype)) meetAll(descriptorOf(RegExp.prototype, key))

  // Code sets it that knows it from Node.js, and what is not extensible takes no new property.
  defineProperty(Error, 'prepareStackTrace', {
    __proto__: null,
    value: undefined,
    writable: true,
  } as PropertyDescriptor)

  for (const object of met) {
    meet(getPrototypeOf(object))
    for (const key of ownKeys(object)) {
      const descriptor = descriptorOf(object, key)
      meetAll(descriptor)
      if (descriptor !== undefined) makeOverridable(object, key, descriptor)
    }
  }
  for (const object of met) seal(object)
  makeFast(withAccessors)
  return watched
}
