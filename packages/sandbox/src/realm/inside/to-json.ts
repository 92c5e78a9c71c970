import type { Pristine } from './pristine.ts'

/** An object or array whose text has been begun. */
interface Place {
  readonly holder: Readonly<Record<PropertyKey, unknown>>
  /** Absent for an array. */
  readonly keys: readonly string[] | undefined
  readonly length: number
  readonly above: Place | undefined
  readonly depth: number
  /** What is being written: of the keys, or of the array. */
  index: number
  isEmpty: boolean
}

interface Walk {
  readonly name: string
  /** The objects and arrays whose text has been begun, once they are too many to look at each. */
  holders: Set<object> | undefined
  readonly keys: Record<string, string | undefined>
  room: number
}

/**
 * Makes a `JSON.stringify` that refuses what JSON would drop or change without a word, and says where it is. It is a loop, so
 * that depth costs no stack: V8's own overflows at some thousand levels once it has to call a function for each item.
 *
 * @param reasonOf why JSON cannot carry an object that is neither plain nor an array, as in "is a Map: return [...map]"
 */
export function createToJson(
  pristine: Pristine,
  reasonOf: (object: object) => string | undefined,
): (value: unknown, name?: string) => string | undefined {
  const { apply, boxes, datePrototype, getPrototypeOf, isArray, isRawJSON, keys, objectPrototype } = pristine
  const { setAdd, setDelete, setHas, stringify, String, TypeError } = pristine
  const MAX_DEPTH = 50_000
  const MAX_STEPS = 32
  const MAX_KEYS = 256
  /** Of a longer path, the end is shown. */
  const MAX_PATH = 300

  function keyOf({ keys: names, index }: Place): string {
    return names === undefined ? `${index}` : (names[index] as string)
  }

  function pathOf(place: Place | undefined, name: string): string {
    let path = ''
    for (let at = place; at !== undefined; at = at.above) {
      if (path.length > MAX_PATH) return `${name}…${path}`
      path = (at.keys === undefined ? `[${at.index}]` : `.${keyOf(at)}`) + path
    }
    return name + path
  }

  function messageOf(thrown: unknown): string {
    try {
      return String((thrown as { message?: unknown } | null)?.message ?? thrown)
    } catch {
      return 'an error without a message'
    }
  }

  function fail(place: Place | undefined, name: string, problem: string, cause?: unknown): never {
    const options = cause === undefined ? undefined : { __proto__: null, cause }
    throw new TypeError(`${pathOf(place, name)} ${problem}`, options)
  }

  function read(place: Place, name: string): unknown {
    try {
      return place.holder[place.keys === undefined ? place.index : (place.keys[place.index] as string)]
    } catch (thrown) {
      return fail(place, name, `cannot be read: ${messageOf(thrown)}`, thrown)
    }
  }

  /** What stands for an object, function or BigInt: what its `toJSON` gives, or the primitive in a box. */
  function substituteOf(item: object, place: Place | undefined, name: string): unknown {
    let substitute: unknown = item
    let isInvalid = false
    try {
      const { toJSON } = item as { toJSON?: unknown }
      if (typeof toJSON === 'function')
        substitute = apply(toJSON, item, [place === undefined ? '' : keyOf(place)])
      isInvalid = substitute === null && getPrototypeOf(item) === datePrototype
    } catch (thrown) {
      fail(place, name, `has a toJSON that threw: ${messageOf(thrown)}`, thrown)
    }
    if (isInvalid) fail(place, name, 'is an invalid Date')
    if (typeof substitute !== 'object' || substitute === null) return substitute
    const prototype = getPrototypeOf(substitute)
    if (prototype === objectPrototype) return substitute
    for (let index = 0; index < boxes.length; index++) {
      const box = boxes[index] as (typeof boxes)[number]
      if (prototype === box.prototype) return apply(box.valueOf, substitute, [])
    }
    return substitute
  }

  function checkPrimitive(item: unknown, place: Place | undefined, name: string): void {
    const type = typeof item
    if (type === 'function' || type === 'symbol') fail(place, name, `is a ${type}`)
    if (type === 'bigint') fail(place, name, 'is a BigInt: return a text or a number')
    if (type === 'number') fail(place, name, `is ${item as number}: return null, a number or a text`)
  }

  function isInfinite(item: number): boolean {
    return item !== item || item === Infinity || item === -Infinity
  }

  /** The text of a primitive. */
  function leafOf(item: unknown, place: Place | undefined, name: string): string {
    if (typeof item === 'string') return stringify(item)
    if (typeof item !== 'boolean' && item !== null && (typeof item !== 'number' || isInfinite(item)))
      checkPrimitive(item, place, name)
    return `${item as number | boolean | null}`
  }

  function refersBack(holder: object, above: Place | undefined, walk: Walk): boolean {
    if (walk.holders !== undefined) return apply(setHas, walk.holders, [holder])
    for (let at = above; at !== undefined; at = at.above) if (at.holder === holder) return true
    return false
  }

  function open(holder: Record<PropertyKey, unknown>, above: Place | undefined, walk: Walk): Place {
    if (refersBack(holder, above, walk)) {
      let at = above
      while (at !== undefined && at.holder !== holder) at = at.above
      fail(above, walk.name, `refers back to ${pathOf(at?.above, walk.name)}`)
    }
    const depth = above === undefined ? 1 : above.depth + 1
    if (depth > MAX_DEPTH) throw new TypeError('it is nested too deeply')
    if (depth > MAX_STEPS && walk.holders === undefined) {
      walk.holders = new pristine.Set()
      for (let at = above; at !== undefined; at = at.above) apply(setAdd, walk.holders, [at.holder])
    }
    if (walk.holders !== undefined) apply(setAdd, walk.holders, [holder])
    const names = isArray(holder) ? undefined : keys(holder)
    const length = names === undefined ? (holder.length as number) : names.length
    return { holder, keys: names, length, above, depth, index: -1, isEmpty: true }
  }

  /** Each key that comes up, as it is written. */
  function quotedKey(key: string, walk: Walk): string {
    const known = walk.keys[key]
    if (known !== undefined) return known
    const quoted = `${stringify(key)}:`
    if (walk.room-- > 0 && key.length <= MAX_PATH) walk.keys[key] = quoted
    return quoted
  }

  /** The text that a number came in, made by `JSON.rawJSON`. */
  function rawOf(item: object, place: Place | undefined, name: string): string | undefined {
    if (isArray(item)) return undefined
    const prototype = getPrototypeOf(item)
    if (prototype === objectPrototype) return undefined
    if (prototype === null) return isRawJSON(item) ? (item as { rawJSON: string }).rawJSON : undefined
    const problem = reasonOf(item)
    return problem === undefined ? undefined : fail(place, name, problem)
  }

  function encode(root: unknown, walk: Walk): string | undefined {
    const { name } = walk
    let json = ''
    let place: Place | undefined
    let item = root
    for (;;) {
      if (
        (typeof item === 'object' && item !== null) ||
        typeof item === 'function' ||
        typeof item === 'bigint'
      )
        item = substituteOf(item as object, place, name)
      if (item === undefined && place === undefined) return undefined
      if (item !== undefined || place?.keys === undefined) {
        if (place !== undefined) {
          if (!place.isEmpty) json += ','
          place.isEmpty = false
          if (place.keys !== undefined) json += quotedKey(keyOf(place), walk)
        }
        if (typeof item === 'object' && item !== null) {
          const raw = rawOf(item, place, name)
          if (raw !== undefined) json += raw
          else {
            place = open(item as Record<PropertyKey, unknown>, place, walk)
            json += place.keys === undefined ? '[' : '{'
          }
        } else json += leafOf(item ?? null, place, name)
      }
      for (;;) {
        if (place === undefined) return json
        if (++place.index < place.length) break
        json += place.keys === undefined ? ']' : '}'
        if (walk.holders !== undefined) apply(setDelete, walk.holders, [place.holder])
        place = place.above
      }
      item = read(place, name)
    }
  }

  return function toJson(value, name = 'result') {
    try {
      return encode(value, { name, holders: undefined, keys: { __proto__: null } as never, room: MAX_KEYS })
    } catch (thrown) {
      if (messageOf(thrown) === 'Invalid string length') throw new TypeError('it is too large')
      throw thrown
    }
  }
}
