import type { Pristine } from './pristine.ts'

/**
 * Freezes the builtins of the realm, before any guest code: what is left that a run can change is the global object,
 * and what `createRenewal` puts back or watches.
 *
 * Freezing alone would break ordinary code: where a prototype has a read-only `toString`, JavaScript refuses
 * `object.toString = …` on whatever inherits from it. So the writable properties of prototypes become accessors whose
 * setter defines the property on the object that was assigned to.
 *
 * @param hidden what no global leads to
 */
export function hardenIntrinsics(pristine: Pristine, hidden: readonly unknown[]): void {
  const { defineProperty, global, hasOwn, ownKeys, Error, TypeError } = pristine
  const { freeze, getOwnPropertyDescriptor, getPrototypeOf, preventExtensions } = Object

  function allowOverriding(prototype: object, key: string, original: unknown): void {
    const accessor = {
      get: () => original,
      set(this: unknown, value: unknown) {
        if (this === prototype)
          throw new TypeError(`Cannot change "${key}" of a builtin: builtins are frozen`)
        if ((typeof this !== 'object' || this === null) && typeof this !== 'function') return
        defineProperty(this, key, {
          __proto__: null,
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        } as PropertyDescriptor)
      },
    }
    freeze(accessor.get)
    freeze(accessor.set)
    defineProperty(prototype, key, {
      __proto__: null,
      ...accessor,
      enumerable: false,
      configurable: false,
    } as PropertyDescriptor)
  }

  /**
   * V8 has fast paths for arrays and promises that it leaves, in all realms of the thread, once `then`, or the
   * `constructor` of what chooses a species by it, is no plain property any more.
   */
  function isOverridable(key: string, { value, writable, configurable }: PropertyDescriptor): boolean {
    if (writable !== true || configurable !== true || key === 'then') return false
    return key !== 'constructor' || !hasOwn(value as object, Symbol.species)
  }

  /** V8 reads settings off `Error`: two stay plain and writable, and a renewal puts them back. */
  function freezeError(): void {
    const settings: readonly PropertyKey[] = ['stackTraceLimit', 'prepareStackTrace']
    // Code sets it that knows it from Node.js, and what is not extensible takes no new property.
    defineProperty(Error, 'prepareStackTrace', {
      __proto__: null,
      value: undefined,
      writable: true,
    } as PropertyDescriptor)
    for (const key of ownKeys(Error)) {
      defineProperty(Error, key, {
        __proto__: null,
        configurable: false,
        ...(settings.includes(key) ? undefined : { writable: false }),
      } as PropertyDescriptor)
    }
    preventExtensions(Error)
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
  for (const key of ownKeys(global)) meet(getOwnPropertyDescriptor(global, key)?.value)
  // Between the global object and `Object.prototype` lies one more.
  meet(getPrototypeOf(global))
  for (const intrinsic of hidden) meet(intrinsic)
  // V8 matches 50 times slower once the prototype itself is not as it made it: a renewal watches that one instead.
  for (const key of ownKeys(RegExp.prototype)) meetAll(getOwnPropertyDescriptor(RegExp.prototype, key))

  for (const object of met) {
    meet(getPrototypeOf(object))
    const isPrototype = hasOwn(object, 'constructor')
    for (const key of ownKeys(object)) {
      const descriptor = getOwnPropertyDescriptor(object, key)
      meetAll(descriptor)
      if (isPrototype && descriptor && typeof key === 'string' && isOverridable(key, descriptor))
        allowOverriding(object, key, descriptor.value)
    }
  }
  freezeError()
  for (const object of met) if (object !== Error) freeze(object)
}
