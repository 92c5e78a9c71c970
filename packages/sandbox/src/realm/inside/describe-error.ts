import type { Pristine } from './pristine.ts'

export interface DescribeError {
  /** What was thrown as JSON text: an `EncodedRunError` without its code. Never throws. */
  describe(thrown: unknown): string
  /** The message of what was thrown, or its text. Never throws. */
  messageOf(thrown: unknown): string
}

interface Ancestor {
  readonly error: unknown
  readonly depth: number
  readonly above: Ancestor | undefined
}

/**
 * Makes what reads errors, and whatever else was thrown. All that belongs to a guest is read under guard and cut: a
 * getter may throw, a proxy may lie, a chain of causes may have no end. The JSON text is put together by hand, because
 * `JSON.stringify` asks arrays for a `toJSON` that a guest may have put on their prototype.
 */
export function createDescribeError(
  pristine: Pristine,
  toJson: (value: unknown) => string | undefined,
  sketch: (value: unknown, room: number) => string | undefined,
): DescribeError {
  const { apply, descriptorOf, errorPrototype, errorPrototypes, getPrototypeOf, hasOwn, indexOf } = pristine
  const { isArray, isError, ownKeys, slice, startsWith, String, stringify, suppressedErrorPrototype } =
    pristine
  const MAX_NAME = 256
  const MAX_TEXT = 8_192
  const MAX_STACK = 16_384
  const MAX_VALUE = 4_096
  const MAX_PROPERTIES = 32
  const MAX_PROPERTIES_TEXT = 16_384
  const MAX_ERRORS = 32
  const MAX_DEPTH = 8
  const MAX_PROTOTYPES = 64
  /** Characters that one description may take up in all, of which only the largest comes near. */
  const MAX_ALL = 65_536
  /** What an error or value without any text counts for, so that there is an end to them too. */
  const EACH = 256
  let left = 0

  function isObject(value: unknown): value is Record<PropertyKey, unknown> {
    return (typeof value === 'object' && value !== null) || typeof value === 'function'
  }

  function attempt<Value>(read: () => Value, fallback: Value): Value {
    try {
      return read()
    } catch {
      return fallback
    }
  }

  function cut(text: string, cap: number): string {
    const most = cap < left ? cap : left
    if (text.length <= most) return text
    return most > 0 ? `${apply(slice, text, [0, most])}… (${text.length} characters)` : ''
  }

  /** A long message is cut and its frames are kept. */
  function cutStack(stack: string): string {
    const frames = apply(indexOf, stack, ['\n    at '])
    if (stack.length <= MAX_STACK || frames <= MAX_TEXT) return cut(stack, MAX_STACK)
    return cut(apply(slice, stack, [0, frames]), MAX_TEXT) + cut(apply(slice, stack, [frames]), MAX_STACK)
  }

  function isBuiltinPrototype(object: object): boolean {
    for (let index = 0; index < errorPrototypes.length; index++)
      if (errorPrototypes[index] === object) return true
    return false
  }

  /** Of an error that has no name of its own, that of its class. */
  function classNameOf(error: object): string {
    const first = getPrototypeOf(error) as object
    if (hasOwn(error, 'name')) return ''
    for (let holder: object | null = first, steps = 0; holder !== null && steps < MAX_PROTOTYPES; steps++) {
      if (isBuiltinPrototype(holder)) {
        const constructor: unknown = holder === first ? undefined : descriptorOf(first, 'constructor')?.value
        const name: unknown =
          typeof constructor === 'function' ? descriptorOf(constructor, 'name')?.value : ''
        return typeof name === 'string' ? name : ''
      }
      if (hasOwn(holder, 'name')) return ''
      holder = getPrototypeOf(holder) as object | null
    }
    return ''
  }

  function textOf(read: () => unknown, fallback: string, cap: number): string {
    return attempt(() => {
      const value = read()
      return value === undefined ? fallback : cut(String(value), cap)
    }, fallback)
  }

  /** As JSON text that is a string; it counts. */
  function quote(text: string): string {
    left -= text.length
    return stringify(text)
  }

  /** `undefined` for what JSON cannot carry, and for what is large. */
  function jsonOf(value: unknown): string | undefined {
    return attempt(() => {
      const json = toJson(value)
      return json !== undefined && json.length <= MAX_VALUE && json.length <= left ? json : undefined
    }, undefined)
  }

  function isErrorLike(value: unknown): value is Record<PropertyKey, unknown> {
    if (!isObject(value)) return false
    if (isError(value)) return true
    let holder: unknown = value
    for (let steps = 0; steps < MAX_PROTOTYPES && isObject(holder); steps++) {
      holder = getPrototypeOf(holder)
      if (holder === errorPrototype) return true
    }
    return false
  }

  /** As it is, if JSON can carry it and it is not large; else what can be shown of it. */
  function propertyOf(error: Record<PropertyKey, unknown>, key: string, room: number): string | undefined {
    let value: unknown
    try {
      value = error[key]
    } catch {
      return '"[unreadable]"'
    }
    if (key === 'errors' && attempt(() => isArray(value), false)) return undefined
    if (typeof value === 'function' || typeof value === 'symbol') return undefined
    const json = jsonOf(value)
    const most = room < left ? room : left
    return json ?? (most > 0 ? sketch(value, most < MAX_VALUE ? most : MAX_VALUE) : undefined)
  }

  function propertiesOf(error: Record<PropertyKey, unknown>): string {
    let json = ''
    const keys = ownKeys(error)
    for (let index = 0, count = 0; index < keys.length && count < MAX_PROPERTIES; index++) {
      const key = keys[index]
      if (typeof key !== 'string' || key.length > MAX_NAME) continue
      if (key === 'name' || key === 'message' || key === 'stack' || key === 'cause') continue
      const isShown = attempt(() => descriptorOf(error, key)?.enumerable === true, false)
      if (!isShown) continue
      const valueJson = propertyOf(error, key, MAX_TEXT - json.length)
      if (valueJson === undefined || json.length + valueJson.length > MAX_PROPERTIES_TEXT) continue
      json += `${json === '' ? '' : ','}${stringify(key)}:${valueJson}`
      count++
    }
    return json
  }

  function errorsOf(list: Record<PropertyKey, unknown>, above: Ancestor): string {
    let json = ''
    const length = list.length
    for (let index = 0; index < (length as number) && index < MAX_ERRORS && left > 0; index++)
      json += (json === '' ? '' : ',') + thrownOf(list[index], above)
    return json
  }

  /** V8 begins a stack with the name that the error inherits. */
  function stackOf(error: Record<PropertyKey, unknown>, inherited: string, name: string): string {
    const { stack } = error
    if (typeof stack !== 'string') return ''
    const isInherited = name !== inherited && apply(startsWith, stack, [inherited])
    return cutStack(isInherited ? name + apply(slice, stack, [inherited.length]) : stack)
  }

  /** Those of an AggregateError; of a SuppressedError the one that disposing threw and the one before it. */
  function errorsIn(error: Record<PropertyKey, unknown>): unknown {
    if (hasOwn(error, 'errors')) return error.errors
    let holder: unknown = error
    for (let steps = 0; steps < MAX_PROTOTYPES && isObject(holder); steps++) {
      holder = getPrototypeOf(holder)
      if (holder === suppressedErrorPrototype) return [error.error, error.suppressed]
    }
    return undefined
  }

  function fieldsOf(error: Record<PropertyKey, unknown>, above: Ancestor | undefined): string {
    const inherited = textOf(() => error.name, 'Error', MAX_NAME)
    const className = attempt(() => classNameOf(error), '')
    const name = className === '' ? inherited : cut(className, MAX_NAME)
    let json = `"name":${quote(name)}`
    json += `,"message":${quote(textOf(() => error.message, '', MAX_TEXT))}`
    const stack = attempt(() => stackOf(error, inherited, name), '')
    if (stack !== '') json += `,"stack":${quote(stack)}`
    const properties = attempt(() => propertiesOf(error), '')
    if (properties !== '') json += `,"propertiesJson":${quote(`{${properties}}`)}`
    const depth = above === undefined ? 1 : above.depth + 1
    if (depth > MAX_DEPTH) return json
    const self = { error, depth, above }
    const cause = attempt(() => (hasOwn(error, 'cause') ? error.cause : undefined), undefined)
    if (cause !== undefined && left > 0) json += `,"cause":${thrownOf(cause, self)}`
    const errors = attempt(() => errorsIn(error), undefined)
    if (attempt(() => isArray(errors), false)) {
      const list = attempt(() => errorsOf(errors as never, self), '')
      json += `,"errors":[${list}]`
    }
    return json
  }

  function isAncestor(value: unknown, above: Ancestor | undefined): boolean {
    for (let at = above; at !== undefined; at = at.above) if (at.error === value) return true
    return false
  }

  /** What is no error: as JSON, if JSON can carry it, and as text. */
  function valueOf(thrown: unknown): { readonly text: string; readonly json: string | undefined } {
    const json = jsonOf(thrown)
    if (typeof thrown === 'string' || !isObject(thrown))
      return { text: textOf(() => thrown, 'undefined', MAX_TEXT), json }
    const message = textOf(() => thrown.message ?? undefined, '', MAX_TEXT)
    if (message !== '') return { text: message, json }
    return { text: json ?? textOf(() => thrown, '', MAX_TEXT), json }
  }

  /** A `cause`, or one of `errors`. */
  function thrownOf(thrown: unknown, above: Ancestor): string {
    left -= EACH
    if (isAncestor(thrown, above)) return '{"kind":"value","text":"[Circular]"}'
    if (attempt(() => isErrorLike(thrown), false))
      return `{"kind":"error",${fieldsOf(thrown as never, above)}}`
    const { text, json } = valueOf(thrown)
    return `{"kind":"value","text":${quote(text)}${json === undefined ? '' : `,"json":${quote(json)}`}}`
  }

  return {
    describe(thrown) {
      left = MAX_ALL
      return attempt(() => {
        if (attempt(() => isErrorLike(thrown), false)) return `{${fieldsOf(thrown as never, undefined)}}`
        const { text, json } = valueOf(thrown)
        const isNamed = typeof thrown === 'object' && thrown !== null
        const name = textOf(
          () => (isNamed ? (thrown as { name?: unknown }).name : undefined),
          'Error',
          MAX_NAME,
        )
        return `{"name":${quote(name)},"message":${quote(text)}${json === undefined ? '' : `,"thrownJson":${quote(json)}`}}`
      }, '{"name":"Error","message":""}')
    },
    messageOf(thrown) {
      left = MAX_ALL
      return textOf(() => (isObject(thrown) ? (thrown.message ?? thrown) : thrown), '', MAX_TEXT)
    },
  }
}
