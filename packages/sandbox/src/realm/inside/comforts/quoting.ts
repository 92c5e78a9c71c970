/** Makes what writes strings, property names and the names of classes the way Node's `util.inspect` does. */
export function createQuoting() {
  const IDENTIFIER = /^[a-zA-Z_][a-zA-Z_0-9]*$/
  const UNPRINTABLE = /[\p{Cc}\p{Cs}\\]/gu
  const SHORT = new Map(Object.entries({ '\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r', '\\': '\\' }))

  function escapeOf(character: string): string {
    const short = SHORT.get(character)
    if (short !== undefined) return `\\${short}`
    const code = character.charCodeAt(0)
    const hex = code.toString(16).toUpperCase()
    return code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex}`
  }

  function quote(text: string): string {
    const mark = ["'", '"', '`'].find((candidate) => !text.includes(candidate)) ?? "'"
    const escaped = text.replaceAll(UNPRINTABLE, escapeOf)
    return mark + (text.includes(mark) ? escaped.replaceAll(mark, `\\${mark}`) : escaped) + mark
  }

  return {
    quote,
    keyOf(key: PropertyKey): string {
      if (typeof key === 'symbol') return String(key)
      if (key === '__proto__') return `['__proto__']`
      return IDENTIFIER.test(String(key)) ? String(key) : quote(String(key))
    },
    /** The name of the nearest constructor; `undefined` if there is none. No getter is called. */
    classOf(value: object): string | undefined {
      let holder: object | null = value
      while (holder !== null) {
        const maker: unknown = Object.getOwnPropertyDescriptor(holder, 'constructor')?.value
        if (typeof maker === 'function' && typeof maker.name === 'string' && maker.name !== '')
          return maker.name
        holder = Object.getPrototypeOf(holder) as object | null
      }
      return undefined
    },
  }
}
