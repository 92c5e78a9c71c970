import type { Pristine } from './pristine.ts'

interface Above {
  readonly object: object
  readonly depth: number
  readonly above: Above | undefined
}

/**
 * Makes what puts a value that a guest added to its error into JSON, as far as that goes: what JSON cannot carry becomes a
 * text in brackets, such as `[Circular]`, what is long or deep is cut, and functions are left out. Never throws.
 */
export function createSketch(
  pristine: Pristine,
  reasonOf: (object: object) => string | undefined,
): (value: unknown, room: number) => string | undefined {
  const { apply, getPrototypeOf, indexOf, isArray, isError, keys, objectPrototype, slice, stringify } =
    pristine
  const MAX_DEPTH = 8
  const MAX_ITEMS = 64
  const MAX_TEXT = 1_024
  let left = 0

  function quote(text: string): string {
    const most = left < MAX_TEXT ? left : MAX_TEXT
    const kept = text.length > most ? `${apply(slice, text, [0, most > 0 ? most : 0])}…` : text
    left -= kept.length
    return stringify(kept)
  }

  function members(object: object, here: Above): string {
    let json = ''
    const names = keys(object)
    // What says most of an error is not enumerable.
    const isErrors = isError(object)
    if (isErrors)
      json = `"name":${at(object, 'name', here) ?? '""'},"message":${at(object, 'message', here) ?? '""'}`
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string
      if (isErrors && (name === 'name' || name === 'message')) continue
      const text = index < MAX_ITEMS && left > 0 ? at(object, name, here) : undefined
      if (text !== undefined) json += `${json === '' ? '' : ','}${quote(name)}:${text}`
      else if (index >= MAX_ITEMS || left <= 0) return `{${json}${json === '' ? '' : ','}"…":"[cut]"}`
    }
    return `{${json}}`
  }

  function items(list: readonly unknown[], here: Above): string {
    let json = ''
    const { length } = list
    for (let index = 0; index < length; index++) {
      if (json !== '') json += ','
      if (index >= MAX_ITEMS || left <= 0) return `[${json}"[cut]"]`
      left--
      json += at(list, index, here) ?? 'null'
    }
    return `[${json}]`
  }

  function at(object: object, key: PropertyKey, here: Above): string | undefined {
    let value
    try {
      value = (object as Record<PropertyKey, unknown>)[key]
    } catch {
      return '"[unreadable]"'
    }
    return textOf(value, here)
  }

  /** `a Map` of "is a Map: return [...map]". */
  function kindIn(reason: string): string {
    const colon = apply(indexOf, reason, [':'])
    return apply(slice, reason, ['is '.length, colon === -1 ? reason.length : colon])
  }

  function objectOf(object: object, above: Above | undefined): string {
    for (let each = above; each !== undefined; each = each.above)
      if (each.object === object) return '"[Circular]"'
    const here = { object, depth: above === undefined ? 1 : above.depth + 1, above }
    if (isArray(object)) return here.depth > MAX_DEPTH ? '"[Array]"' : items(object as unknown[], here)
    if (here.depth > MAX_DEPTH) return '"[Object]"'
    const { toJSON } = object as { toJSON?: unknown }
    if (typeof toJSON === 'function') return textOf(apply(toJSON, object, ['']), here) ?? 'null'
    const prototype = getPrototypeOf(object)
    const isPlain = prototype === objectPrototype || prototype === null || isError(object)
    const reason = isPlain ? undefined : reasonOf(object)
    return reason === undefined ? members(object, here) : quote(`[${kindIn(reason)}]`)
  }

  function textOf(value: unknown, above: Above | undefined): string | undefined {
    try {
      switch (typeof value) {
        case 'string':
          return quote(value)
        case 'number':
          return value - value === 0 ? `${value}` : `"${value}"`
        case 'bigint':
          return quote(`${value}n`)
        case 'boolean':
          return `${value}`
        case 'object':
          return value === null ? 'null' : objectOf(value, above)
        default:
          return undefined
      }
    } catch {
      return '"[unreadable]"'
    }
  }

  return function sketch(value, room) {
    left = room
    return textOf(value, undefined)
  }
}
