import type { ComfortKit } from './kit.ts'

/** Makes the function that turns what was given to a console method into one text, as Node's `util.format` does. */
export function createFormat(kit: ComfortKit) {
  const { inspectSafely } = kit.use('inspect')

  function show(value: unknown): string {
    return typeof value === 'string' ? value : inspectSafely(value)
  }

  function numberOf(value: unknown, parse: (value: never) => number): string {
    if (typeof value === 'symbol') return 'NaN'
    if (typeof value === 'bigint') return `${value}n`
    return inspectSafely(parse(value as never))
  }

  /** Objects that say themselves how they read are asked. */
  function text(value: unknown): string {
    if (typeof value === 'object' && value !== null) {
      const { toString } = value as { toString?: unknown }
      const isOwn = typeof toString === 'function' && toString !== Object.prototype.toString
      if (isOwn && !Array.isArray(value) && !(value instanceof Date)) return String(value)
      return inspectSafely(value, { depth: 0 })
    }
    if (typeof value === 'function') return String(value)
    return typeof value === 'string' ? value : inspectSafely(value)
  }

  function json(value: unknown): string {
    try {
      return JSON.stringify(value) ?? 'undefined'
    } catch (thrown) {
      if (thrown instanceof TypeError && thrown.message.includes('circular')) return '[Circular]'
      throw thrown
    }
  }

  function directive(letter: string, value: unknown): string {
    switch (letter) {
      case 's':
        return text(value)
      case 'd':
        return typeof value === 'object' ? inspectSafely(Number(value)) : numberOf(value, Number)
      case 'i':
        return numberOf(value, parseInt)
      case 'f':
        return typeof value === 'symbol' ? 'NaN' : inspectSafely(parseFloat(value as string))
      case 'j':
        return json(value)
      case 'o':
        return inspectSafely(value, { depth: 4 })
      case 'O':
        return inspectSafely(value)
      default:
        return ''
    }
  }

  return {
    format(values: readonly unknown[]): string {
      const [first] = values
      let used = 0
      let line = ''
      if (typeof first === 'string') {
        used = 1
        line =
          values.length === 1
            ? first
            : first.replaceAll(/%([sdifjoOc%])/g, (whole, letter: string) => {
                if (letter === '%') return '%'
                return used < values.length ? safely(letter, values[used++]) : whole
              })
      }
      for (let index = used; index < values.length; index++)
        line += (index === 0 ? '' : ' ') + show(values[index])
      return line
    },
  }

  function safely(letter: string, value: unknown): string {
    try {
      return directive(letter, value)
    } catch {
      return '[unprintable]'
    }
  }
}
