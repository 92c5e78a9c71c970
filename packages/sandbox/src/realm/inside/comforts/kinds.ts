import type { ComfortKit } from './kit.ts'

/**
 * Makes the functions that tell what a value really is. Prototypes and tags can be forged; whether a builtin takes a
 * value for one of its own cannot.
 */
export function createKinds(kit: ComfortKit) {
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
  const bufferLength = getterOf(ArrayBuffer.prototype, 'byteLength')
  const elementType = getterOf(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag)
  const at = Reflect.get(Object.getPrototypeOf(Uint8Array.prototype) as object, 'at') as Probe
  const viewLength = getterOf(DataView.prototype, 'byteLength')
  /** Throws for a view that is out of bounds. */
  const lengthOf: Probe = function (this: ArrayBufferView) {
    return Reflect.apply(
      ArrayBuffer.isView(this) && 'BYTES_PER_ELEMENT' in this ? at : viewLength,
      this as never,
      [0 as never],
    )
  }
  const BOXES = [Number, String, Boolean, BigInt, Symbol]

  let temporal: readonly object[] | undefined
  function temporalPrototypes(): readonly object[] {
    const { Temporal } = kit.use('temporal')
    const members = Object.getOwnPropertyNames(Temporal).map((name): unknown => Reflect.get(Temporal, name))
    return (temporal ??= members.flatMap((member) =>
      typeof member === 'function' ? [member.prototype as object] : [],
    ))
  }

  function isTemporal(value: object): boolean {
    const tag: unknown = Reflect.get(value, Symbol.toStringTag)
    if (typeof tag !== 'string' || !tag.startsWith('Temporal.')) return false
    const prototype = temporalPrototypes().find((each) => Object.prototype.isPrototypeOf.call(each, value))
    return prototype !== undefined && isMade(Reflect.get(prototype, 'toString') as Probe, value)
  }

  /** What cloning does not know, by the prototype that it inherits from, with what only takes that. */
  function opaques(): readonly (readonly [prototype: object, probe: Probe | undefined])[] {
    const intl = Object.getOwnPropertyNames(Intl).flatMap((name) => {
      const { prototype } = (Reflect.get(Intl, name) ?? {}) as { prototype?: Record<string, Probe> }
      return prototype === undefined
        ? []
        : [[prototype, prototype.resolvedOptions ?? prototype.toString] as const]
    })
    const segments = new Intl.Segmenter().segment('')
    const made = [
      function* () {}.prototype,
      async function* () {}.prototype,
      [].values(),
      new Map().keys(),
      new Set().keys(),
      ''[Symbol.iterator](),
      ''.matchAll(/x/g),
      [].values().map(String),
      Iterator.from({ next: () => ({ done: true, value: undefined }) }),
      segments[Symbol.iterator](),
    ].map((object) => [Object.getPrototypeOf(object) as object, undefined] as const)
    const stacks = [DisposableStack, AsyncDisposableStack].map(
      ({ prototype }) => [prototype, getterOf(prototype, 'disposed')] as const,
    )
    const references = ['WeakRef', 'FinalizationRegistry'].flatMap((name) => {
      const { prototype } = (Reflect.get(globalThis, name) ?? {}) as { prototype?: object }
      return prototype === undefined ? [] : [[prototype, undefined] as const]
    })
    const segmented = Object.getPrototypeOf(segments) as { containing: Probe }
    return [...intl, ...made, ...stacks, ...references, [segmented, segmented.containing]]
  }
  let known: ReturnType<typeof opaques> | undefined

  function isAddress(value: object): boolean {
    const tag: unknown = Reflect.get(value, Symbol.toStringTag)
    if (tag !== 'URL' && tag !== 'URLSearchParams') return false
    const { prototype } = kit.use('urls')[tag]
    return isMade(getterOf(prototype, tag === 'URL' ? 'href' : 'size'), value)
  }

  return {
    isTemporal,
    isArguments: (value: object): boolean =>
      !(Symbol.toStringTag in value) && Object.prototype.toString.call(value) === '[object Arguments]',
    /** What holds more than its properties, which cannot be copied. */
    isOpaque(value: object): boolean {
      if (kit.pristine.isRawJSON(value) || isTemporal(value) || isAddress(value)) return true
      known ??= opaques()
      return known.some(
        ([prototype, probe]) =>
          Object.prototype.isPrototypeOf.call(prototype, value) &&
          (probe === undefined || isMade(probe, value)),
      )
    },
    /** Whether a view is as long as its buffer, however that is resized: by trying. */
    isLengthTracking(view: ArrayBufferView, buffer: ArrayBuffer): boolean {
      if (!buffer.resizable) return false
      const { byteLength } = view
      const size = (view as Partial<Uint8Array>).BYTES_PER_ELEMENT ?? 1
      const full = buffer.byteLength
      if (view.byteOffset + byteLength + size <= full) return false
      if (full + size <= buffer.maxByteLength) {
        buffer.resize(full + size)
        const isLonger = view.byteLength > byteLength
        buffer.resize(full)
        return isLonger
      }
      if (byteLength <= size) return true
      const kept = new Uint8Array(buffer.slice(full - size))
      buffer.resize(full - size)
      // One of a fixed length is out of bounds then.
      const isShorter = isMade(lengthOf, view) && view.byteLength > 0
      buffer.resize(full)
      new Uint8Array(buffer).set(kept, full - size)
      return isShorter
    },
    /** Whether a view lies within its buffer. */
    isWithin: (view: ArrayBufferView): boolean => isMade(lengthOf, view),
    // What does not even inherit from a class is not probed: a probe that fails costs an error.
    isMap: (value: object): value is Map<unknown, unknown> => value instanceof Map && isMade(mapSize, value),
    isSet: (value: object): value is Set<unknown> => value instanceof Set && isMade(setSize, value),
    isDate: (value: object): value is Date => value instanceof Date && isMade(Date.prototype.getTime, value),
    isRegExp: (value: object): value is RegExp =>
      value instanceof RegExp && isMade(RegExp.prototype.exec, value, ['']),
    isArrayBuffer: (value: object): value is ArrayBuffer =>
      value instanceof ArrayBuffer && isMade(bufferLength, value),
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
