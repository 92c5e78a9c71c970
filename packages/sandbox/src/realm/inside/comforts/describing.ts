import type { ComfortKit } from './kit.ts'

/** An item is text as it stands, or values to be shown. */
type Item = string | readonly unknown[]

interface Description {
  /** Stands before the braces, or alone if there are no properties and it is the whole. */
  readonly base?: string
  readonly isWhole?: boolean
  readonly open: string
  readonly close: string
  readonly isList?: boolean
  readonly items?: () => readonly Item[]
}

/** Makes the function that says how an object of any kind is to be shown, before its properties are. */
export function createDescribing(kit: ComfortKit): {
  describe(value: object, maxItems: number): Description
} {
  const kinds = kit.use('kinds')
  const { classOf, quote } = kit.use('quoting')
  const MAX_BYTES = 50

  function prefixOf(value: object, kind: string, size?: number): string {
    const count = size === undefined ? '' : `(${size})`
    const name = classOf(value)
    const tag: unknown = (value as Record<symbol, unknown>)[Symbol.toStringTag]
    // One that is enumerable is shown among the properties.
    const isShown = Object.prototype.propertyIsEnumerable.call(value, Symbol.toStringTag)
    const isTagged = typeof tag === 'string' && tag !== '' && tag !== name && !isShown
    if (isTagged && name !== undefined && tag.endsWith(`.${name}`)) return `${tag} `
    return `${name === undefined ? `[${kind}${count}: null prototype]` : name + count}${isTagged ? ` [${tag}]` : ''} `
  }

  function more(count: number, what = 'item'): string {
    return `... ${count} more ${what}${count > 1 ? 's' : ''}`
  }

  function capped(values: Iterable<readonly unknown[]>, total: number, max: number): Item[] {
    const items: Item[] = []
    for (const value of values) {
      if (items.length >= max) break
      items.push(value)
    }
    return total > items.length ? [...items, more(total - items.length)] : items
  }

  function itemsOf(array: readonly unknown[], max: number): Item[] {
    const items: Item[] = []
    let index = 0
    // By the keys that are there: a long array may hold little.
    for (const key of Object.keys(array)) {
      if (!/^\d+$/.test(key) || items.length >= max) break
      if (+key > index) items.push(`<${+key - index} empty item${+key - index > 1 ? 's' : ''}>`)
      if (items.length >= max) {
        index = +key
        break
      }
      const property = Object.getOwnPropertyDescriptor(array, key)
      items.push(property?.get === undefined ? [property?.value] : '[Getter]')
      index = +key + 1
    }
    const left = array.length - index
    if (left === 0) return items
    return [...items, items.length < max ? `<${left} empty item${left > 1 ? 's' : ''}>` : more(left)]
  }

  function nameOf(func: object): string {
    const { name } = func as { name?: unknown }
    if (/^class\b/.test(Function.prototype.toString.call(func))) {
      const parent = Object.getPrototypeOf(func) as { name?: unknown } | null
      const parentName = typeof parent === 'function' ? (parent as { name?: unknown }).name : undefined
      return `[class ${String(name) || '(anonymous)'}${parentName ? ` extends ${String(parentName)}` : ''}]`
    }
    const kind = classOf(func) ?? 'Function'
    return name === '' ? `[${kind} (anonymous)]` : `[${kind}: ${String(name)}]`
  }

  /** V8 begins a stack with the name that the error inherits: the one of its class tells more. */
  function withClass(error: Error, stack: string): string {
    const name = classOf(error)
    const inherited: unknown = error.name
    if (name === undefined || typeof inherited !== 'string' || Object.hasOwn(error, 'name')) return stack
    if (!stack.startsWith(inherited) || !inherited.endsWith('Error')) return stack
    const shown = name.includes(inherited) ? name : `${name} [${inherited}]`
    return shown + stack.slice(inherited.length)
  }

  function errorText(error: Error): string {
    const { stack } = error
    const text =
      typeof stack === 'string' && stack !== ''
        ? withClass(error, stack)
        : Error.prototype.toString.call(error)
    return text.includes('\n    at ') ? text : `[${text}]`
  }

  function bytesOf(buffer: ArrayBuffer): Item[] {
    if (buffer.detached) return ['(detached)', 'byteLength: 0']
    const bytes = new Uint8Array(buffer)
    const shown = [...bytes.subarray(0, MAX_BYTES)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ')
    const left = bytes.length - MAX_BYTES
    return [
      `[Uint8Contents]: <${shown}${left > 0 ? ` ${more(left, 'byte')}` : ''}>`,
      `[byteLength]: ${bytes.length}`,
    ]
  }

  function viewOf({ byteLength, byteOffset, buffer }: DataView): Item[] {
    const text = `[buffer]: ArrayBuffer { ${bytesOf(buffer as ArrayBuffer).join(', ')} }`
    return [`[byteLength]: ${byteLength}`, `[byteOffset]: ${byteOffset}`, text]
  }

  function showBoxed(primitive: unknown): string {
    if (typeof primitive === 'string') return quote(primitive)
    return typeof primitive === 'bigint' ? `${primitive}n` : String(primitive)
  }

  function whole(base: string): Description {
    return { base, isWhole: true, open: '{', close: '}' }
  }

  return {
    describe(value: object, max: number): Description {
      if (Array.isArray(value)) {
        const prefix = prefixOf(value, 'Array', value.length)
        const open = prefix === `Array(${value.length}) ` ? '[' : `${prefix}[`
        return { open, close: ']', isList: true, items: () => itemsOf(value, max) }
      }
      if (typeof value === 'function') return whole(nameOf(value))
      if (Error.isError(value)) return whole(errorText(value))
      if (kinds.elementTypeOf(value) !== undefined) {
        const view = value as Uint8Array
        const items = (): Item[] =>
          capped(
            view.values().map((item) => [item]),
            view.length,
            max,
          )
        return { open: `${prefixOf(value, 'TypedArray', view.length)}[`, close: ']', isList: true, items }
      }
      if (kinds.isMap(value))
        return {
          open: `${prefixOf(value, 'Map', value.size)}{`,
          close: '}',
          items: () => capped(value, value.size, max),
        }
      if (kinds.isSet(value)) {
        const items = (): Item[] =>
          capped(
            value.values().map((item) => [item]),
            value.size,
            max,
          )
        return { open: `${prefixOf(value, 'Set', value.size)}{`, close: '}', items }
      }
      if (kinds.isDate(value))
        return whole(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString())
      if (kinds.isTemporal(value)) return whole(`${prefixOf(value, 'Temporal')}${(value as Date).toString()}`)
      if (kinds.isArguments(value)) return { open: '[Arguments] {', close: '}' }
      if (kinds.isRegExp(value)) return whole(RegExp.prototype.toString.call(value))
      if (kinds.isArrayBuffer(value))
        return { open: `${prefixOf(value, 'ArrayBuffer')}{`, close: '}', items: () => bytesOf(value) }
      if (value instanceof DataView && ArrayBuffer.isView(value))
        return { open: `${prefixOf(value, 'DataView')}{`, close: '}', items: () => viewOf(value) }
      if (kinds.isWeak(value))
        return { open: `${prefixOf(value, 'WeakMap')}{`, close: '}', items: () => ['<items unknown>'] }
      if (kinds.isPromise(value))
        return { open: `${prefixOf(value, 'Promise')}{`, close: '}', items: () => ['<state unknown>'] }
      const unboxed = kinds.unboxed(value)
      if (unboxed !== undefined) {
        const { box, primitive } = unboxed
        const base = `[${box}: ${showBoxed(primitive)}]`
        return { ...whole(base), isList: box === 'String' }
      }
      const prefix = prefixOf(value, 'Object')
      return { open: prefix === 'Object ' ? '{' : `${prefix}{`, close: '}' }
    },
  }
}
