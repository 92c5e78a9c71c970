import type { ComfortKit } from './kit.ts'

/**
 * Makes the function that shows values much like Node's `util.inspect`. Getters are named, not called. It stops at a
 * depth, a number of items and a number of characters.
 */
export function createInspect(kit: ComfortKit) {
  const describe = kit.use('describing').describe
  const { quote, keyOf, classOf } = kit.use('quoting')
  const { arrange } = kit.use('layout')
  const CUSTOM = Symbol.for('nodejs.util.inspect.custom')
  const DEFAULTS = { depth: 2, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 80 }
  /** An object with more levels than these inside it gets more than a line. */
  const LEVELS_OF_LINE = 3
  const MAX_CHARACTERS = 200_000
  const CUT = '…'
  /** Of errors, shown though they are not enumerable. */
  const HIDDEN: readonly PropertyKey[] = ['cause', 'errors', 'error', 'suppressed']

  /** Options as Node has them; `null` is no limit. */
  type Options = Partial<Record<keyof typeof DEFAULTS, number | null>>

  function inspect(root: unknown, options: Options = {}): string {
    const limitOf = (name: keyof typeof DEFAULTS): number =>
      options[name] === null ? Infinity : (options[name] ?? DEFAULTS[name])
    const depth = limitOf('depth')
    const maxItems = limitOf('maxArrayLength')
    const maxString = limitOf('maxStringLength')
    const above: object[] = []
    const circular = new Map<object, number>()
    let room = MAX_CHARACTERS
    let level = 0
    let deepest = 0
    return show(root)

    function show(value: unknown): string {
      if (room <= 0) return CUT
      if ((typeof value === 'object' && value !== null) || typeof value === 'function')
        return showObject(value)
      const text = showPrimitive(value)
      room -= text.length
      return text
    }

    function showPrimitive(value: unknown): string {
      if (typeof value === 'bigint') return `${value}n`
      if (Object.is(value, -0)) return '-0'
      if (typeof value !== 'string') return String(value)
      const more = value.length - maxString
      if (more <= 0) return quote(value)
      return `${quote(value.slice(0, maxString))}... ${more} more character${more > 1 ? 's' : ''}`
    }

    function showObject(value: object): string {
      const custom: unknown = (value as Record<symbol, unknown>)[CUSTOM]
      if (typeof custom === 'function') {
        const left = depth - level
        const shown: unknown = Reflect.apply(custom, value, [left, { ...options, depth: left }, inspect])
        if (shown !== value) {
          const text = typeof shown === 'string' ? shown : show(shown)
          return text.replaceAll('\n', `\n${'  '.repeat(level)}`)
        }
      }
      if (above.includes(value)) {
        if (!circular.has(value)) circular.set(value, circular.size + 1)
        return `[Circular *${circular.get(value)}]`
      }
      above.push(value)
      const text = showParts(value)
      above.pop()
      room -= text.length
      return circular.has(value) ? `<ref *${circular.get(value)}> ${text}` : text
    }

    function showParts(value: object): string {
      const { base = '', open, close, isList = false, isWhole = false, items } = describe(value, maxItems)
      const keys = keysOf(value, isList)
      const indentation = level * 2
      const text = base.replaceAll('\n', `\n${' '.repeat(indentation)}`)
      if (keys.length === 0 && isWhole) return text
      if (level > depth) return `[${isList ? 'Array' : (classOf(value) ?? 'Object: null prototype')}]`
      deepest = level
      level++
      const parts: string[] = []
      for (const item of items?.() ?? [])
        parts.push(typeof item === 'string' ? item : item.map(show).join(' => '))
      for (const key of keys) {
        if (room <= 0) {
          parts.push(CUT)
          break
        }
        parts.push(showProperty(value, key))
      }
      level--
      return arrange(parts, open, close, text, {
        indentation,
        lineLength: limitOf('breakLength'),
        isList,
        isShallow: deepest - level < LEVELS_OF_LINE,
      })
    }

    function showProperty(value: object, key: PropertyKey): string {
      const name = HIDDEN.includes(key) && Error.isError(value) ? `[${String(key)}]` : keyOf(key)
      const property = Object.getOwnPropertyDescriptor(value, key)
      if (property?.get !== undefined)
        return `${name}: [Getter${property.set === undefined ? '' : '/Setter'}]`
      if (property?.set !== undefined) return `${name}: [Setter]`
      return `${name}: ${show(property?.value)}`
    }

    function isInStack(error: Error, key: PropertyKey): boolean {
      if (key !== 'name' && key !== 'message' && key !== 'stack') return false
      const property = Object.getOwnPropertyDescriptor(error, key)
      return property !== undefined && String(error.stack).includes(String(property.value))
    }

    function keysOf(value: object, isList: boolean): PropertyKey[] {
      const keys: PropertyKey[] = Object.keys(value)
      const symbols = Object.getOwnPropertySymbols(value)
      const shown = [
        ...(isList ? keys.filter((key) => !/^\d+$/.test(String(key))) : keys),
        ...symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(value, key)),
      ]
      if (!Error.isError(value)) return shown
      const hidden = HIDDEN.filter((key) => Object.hasOwn(value, key) && !shown.includes(key))
      return [...shown.filter((key) => !isInStack(value, key)), ...hidden]
    }
  }

  return {
    inspect,
    /** As `inspect`, but when looking at the value fails it says so. */
    inspectSafely(value: unknown, options: Options = {}): string {
      try {
        return inspect(value, options)
      } catch {
        return '[unprintable]'
      }
    },
  }
}
