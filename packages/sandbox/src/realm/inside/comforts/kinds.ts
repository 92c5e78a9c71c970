/**
 * Makes the functions that tell what a value really is. Prototypes and tags can be forged; whether a builtin takes a
 * value for one of its own cannot.
 */
export function createKinds() {
  type Probe = (this: never, ...values: never[]) => unknown

  function getterOf(prototype: object, key: PropertyKey): Probe {
    const getter = Object.getOwnPropertyDescriptor(prototype, key)?.get
    if (getter === undefined) throw new TypeError(`There is no getter "${String(key)}"`)
    return getter
  }

  function isMade(probe: Probe, value: object, values: readonly unknown[] = []): boolean {
    try {
      Reflect.apply(probe, value, values)
      return true
    } catch {
      return false
    }
  }

  const mapSize = getterOf(Map.prototype, 'size')
  const setSize = getterOf(Set.prototype, 'size')
  const byteLength = getterOf(ArrayBuffer.prototype, 'byteLength')
  const elementType = getterOf(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag)
  const BOXES = [Number, String, Boolean, BigInt, Symbol]

  return {
    // What does not even inherit from a class is not probed: a probe that fails costs an error.
    isMap: (value: object): value is Map<unknown, unknown> => value instanceof Map && isMade(mapSize, value),
    isSet: (value: object): value is Set<unknown> => value instanceof Set && isMade(setSize, value),
    isDate: (value: object): value is Date => value instanceof Date && isMade(Date.prototype.getTime, value),
    isRegExp: (value: object): value is RegExp =>
      value instanceof RegExp && isMade(RegExp.prototype.exec, value, ['']),
    isArrayBuffer: (value: object): value is ArrayBuffer =>
      value instanceof ArrayBuffer && isMade(byteLength, value),
    isPromise: (value: object): value is Promise<unknown> => value instanceof Promise,
    isWeak: (value: object): boolean => value instanceof WeakMap || value instanceof WeakSet,
    /** `Uint8Array` and the like; `undefined` if it is none. */
    elementTypeOf: (value: object): 'Uint8Array' | undefined =>
      Reflect.apply(elementType, value as never, []) as 'Uint8Array' | undefined,
    /** The primitive in an object made by `Object(primitive)`. */
    unboxed(value: object): { readonly box: string; readonly primitive: unknown } | undefined {
      for (const Box of BOXES) {
        if (!(value instanceof Box)) continue
        try {
          return { box: Box.name, primitive: Reflect.apply(Box.prototype.valueOf, value, []) }
        } catch {
          // It only inherits from the box.
        }
      }
      return undefined
    },
  }
}
