import type { ComfortKit } from './kit.ts'

/** https://html.spec.whatwg.org/#safe-passing-of-structured-data, for what exists in a realm. */
export function createCloning(kit: ComfortKit) {
  const kinds = kit.use('kinds')
  const ERRORS: Readonly<Record<string, ErrorConstructor>> = {
    __proto__: null,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError,
  } as never

  interface Extent {
    readonly byteOffset: number
    readonly length: number | undefined
  }

  type Copy = (value: unknown) => unknown

  function exception(message: string): Error {
    return new (kit.use('exceptions').DOMException)(message, 'DataCloneError')
  }

  function refuse(value: unknown): never {
    const shown =
      typeof value === 'object' && value !== null
        ? `#<${String((value as { constructor?: { name?: unknown } }).constructor?.name ?? 'Object')}>`
        : String(value)
    throw exception(`${shown} could not be cloned.`)
  }

  function copyProperties(from: object, to: object, copy: Copy): void {
    for (const key of Object.keys(from)) {
      // A getter may have deleted it meanwhile.
      if (!Object.hasOwn(from, key)) continue
      Object.defineProperty(to, key, {
        value: copy((from as Record<string, unknown>)[key]),
        writable: true,
        enumerable: true,
        configurable: true,
      })
    }
  }

  function copyError(value: Error, seen: Map<unknown, unknown>, copy: Copy): Error {
    const { name }: { name: unknown } = value
    const result = new (ERRORS[String(name)] ?? Error)()
    seen.set(value, result)
    const define = (key: string, item: unknown): void => {
      Object.defineProperty(result, key, { value: item, writable: true, configurable: true })
    }
    const message = Object.getOwnPropertyDescriptor(value, 'message')
    if (message !== undefined && 'value' in message) define('message', String(message.value))
    define('stack', String(value.stack))
    if (Object.hasOwn(value, 'cause')) define('cause', copy(value.cause))
    return result
  }

  function copyBuffer(value: ArrayBuffer): ArrayBuffer {
    if (value.detached) return refuse(value)
    if (!value.resizable) return value.slice(0)
    const result = new ArrayBuffer(value.byteLength, { maxByteLength: value.maxByteLength })
    new Uint8Array(result).set(new Uint8Array(value))
    return result
  }

  /** Where a view lies in its buffer; the length is absent if it is that of the buffer, however that is resized. */
  function extentOf(value: ArrayBufferView): Extent {
    if (!kinds.isWithin(value)) return refuse(value)
    const { byteOffset } = value
    if (kinds.isLengthTracking(value, value.buffer as ArrayBuffer)) return { byteOffset, length: undefined }
    const isTyped = kinds.elementTypeOf(value) !== undefined
    return { byteOffset, length: isTyped ? (value as Uint8Array).length : value.byteLength }
  }

  function copyView(value: ArrayBufferView, extents: Map<object, Extent>, copy: Copy): ArrayBufferView {
    const extent = extents.get(value) ?? extentOf(value)
    extents.set(value, extent)
    const buffer = copy(value.buffer) as ArrayBuffer
    const type = kinds.elementTypeOf(value)
    if (type === undefined) return new DataView(buffer, extent.byteOffset, extent.length)
    return new globalThis[type](buffer, extent.byteOffset, extent.length)
  }

  function copyMap(value: Map<unknown, unknown>, seen: Map<unknown, unknown>, copy: Copy): object {
    const result = new Map<unknown, unknown>()
    seen.set(value, result)
    // What a getter adds while entries are copied is not part of the clone.
    for (const [key, item] of Array.from(value)) result.set(copy(key), copy(item))
    return result
  }

  function copySet(value: Set<unknown>, seen: Map<unknown, unknown>, copy: Copy): object {
    const result = new Set()
    seen.set(value, result)
    for (const item of Array.from(value)) result.add(copy(item))
    return result
  }

  /** What is neither an array, an error, a view nor a plain object; `undefined` if it is like one. */
  function copyBuiltin(value: object, seen: Map<unknown, unknown>, copy: Copy): object | undefined {
    if (kinds.isMap(value)) return copyMap(value, seen, copy)
    if (kinds.isSet(value)) return copySet(value, seen, copy)
    if (kinds.isDate(value)) return new Date(value.getTime())
    if (kinds.isRegExp(value)) return new RegExp(value.source, value.flags)
    if (kinds.isArrayBuffer(value)) return copyBuffer(value)
    if (kinds.isPromise(value) || kinds.isWeak(value)) return refuse(value)
    const unboxed = kinds.unboxed(value)
    if (unboxed === undefined) return kinds.isOpaque(value) ? refuse(value) : undefined
    return unboxed.box === 'Symbol' ? refuse(value) : (Object(unboxed.primitive) as object)
  }

  function copyWith(seen: Map<unknown, unknown>, extents: Map<object, Extent>): Copy {
    function copyObject(value: object): object {
      if (Array.isArray(value)) {
        const result: unknown[] = []
        result.length = value.length
        seen.set(value, result)
        copyProperties(value, result, copy)
        return result
      }
      if (Error.isError(value)) {
        const { DOMException } = kit.use('exceptions')
        if (value instanceof DOMException) return new DOMException(value.message, value.name)
        return copyError(value, seen, copy)
      }
      if (ArrayBuffer.isView(value)) return copyView(value, extents, copy)
      if (Object.getPrototypeOf(value) !== Object.prototype) {
        const builtin = copyBuiltin(value, seen, copy)
        if (builtin !== undefined) return builtin
      }
      const result = {}
      seen.set(value, result)
      copyProperties(value, result, copy)
      return result
    }

    function copy(value: unknown): unknown {
      if (typeof value === 'function' || typeof value === 'symbol') return refuse(value)
      if (typeof value !== 'object' || value === null) return value
      const known = seen.get(value)
      if (known !== undefined) return known
      const result = copyObject(value)
      seen.set(value, result)
      return result
    }
    return copy
  }

  function transferred(list: Iterable<unknown>): ArrayBuffer[] {
    const buffers: ArrayBuffer[] = []
    for (const item of list) {
      const isBuffer = typeof item === 'object' && item !== null && kinds.isArrayBuffer(item)
      if (!isBuffer || item.detached) return refuse(item)
      if (buffers.includes(item)) throw exception('An ArrayBuffer occurs twice in the transfer list.')
      buffers.push(item)
    }
    return buffers
  }

  return {
    structuredClone: function structuredClone(
      value: unknown,
      options?: { readonly transfer?: Iterable<unknown> } | null,
    ): unknown {
      if (arguments.length === 0) throw new TypeError('The "value" argument must be specified')
      const buffers = transferred(options?.transfer ?? [])
      const extents = new Map<object, Extent>()
      // Tried first with the buffers left where they are: a clone that fails detaches none.
      if (buffers.length > 0) copyWith(new Map(buffers.map((buffer) => [buffer, buffer])), extents)(value)
      return copyWith(new Map(buffers.map((buffer) => [buffer, buffer.transfer()])), extents)(value)
    },
  }
}
