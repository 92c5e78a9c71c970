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
): DescribeError {
  const { apply, descriptorOf, errorPrototype, getPrototypeOf, hasOwn, isArray, isError } = pristine
  const { ownKeys, slice, String, stringify } = pristine
  const MAX_NAME = 256
  const MAX_TEXT = 8_192
  const MAX_STACK = 16_384
  const MAX_VALUE = 4_096
  const MAX_PROPERTIES = 32
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
    return most > 0 ? apply(slice, text, [0, most]) : ''
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

  function propertiesOf(error: Record<PropertyKey, unknown>): string {
    let json = ''
    const keys = ownKeys(error)
    for (let index = 0, count = 0; index < keys.length && count < MAX_PROPERTIES; index++) {
      const key = keys[index]
      if (typeof key !== 'string' || key.length > MAX_NAME) continue
      if (key === 'name' || key === 'message' || key === 'stack' || key === 'cause') continue
      const isShown = attempt(() => descriptorOf(error, key)?.enumerable === true, false)
      const value = isShown ? attempt(() => error[key], undefined) : undefined
      if (key === 'errors' && attempt(() => isArray(value), false)) continue
      const valueJson = jsonOf(value)
      if (valueJson === undefined || json.length + valueJson.length > MAX_TEXT) continue
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

  function fieldsOf(error: Record<PropertyKey, unknown>, above: Ancestor | undefined): string {
    const name = textOf(() => error.name, 'Error', MAX_NAME)
    let json = `"name":${quote(name)}`
    json += `,"message":${quote(textOf(() => error.message, '', MAX_TEXT))}`
    const stack = textOf(() => error.stack, '', MAX_STACK)
    if (stack !== '') json += `,"stack":${quote(stack)}`
    const properties = attempt(() => propertiesOf(error), '')
    if (properties !== '') json += `,"propertiesJson":${quote(`{${properties}}`)}`
    const depth = above === undefined ? 1 : above.depth + 1
    if (depth > MAX_DEPTH) return json
    const self = { error, depth, above }
    const cause = attempt(() => (hasOwn(error, 'cause') ? error.cause : undefined), undefined)
    if (cause !== undefined && left > 0) json += `,"cause":${thrownOf(cause, self)}`
    const errors = attempt(() => (hasOwn(error, 'errors') ? error.errors : undefined), undefined)
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
