import type { ComfortKit } from './kit.ts'

/** Makes `console`. What it writes are lines of the run's log. */
export function createConsole(kit: ComfortKit) {
  const { pristine } = kit
  const INDENT = '  '
  const counts = new Map<string, number>()
  const startedAt = new Map<string, number>()
  let indentation = ''

  function write(level: 'debug' | 'info' | 'warn' | 'error', values: readonly unknown[]): void {
    let text = textOf(values)
    if (indentation !== '') text = indentation + text.replaceAll('\n', `\n${indentation}`)
    try {
      // The builtins that made the text may be the guest's own.
      kit.callHost('log', level, pristine.apply(pristine.slice, text, [0]))
    } catch {
      // Too deep in the stack for a call: the line is lost, the guest goes on.
    }
  }

  /** Most lines are text alone, and need nothing more to be made. */
  function textOf(values: readonly unknown[]): string {
    const [first] = values
    return values.length === 1 && typeof first === 'string' ? first : kit.use('format').format(values)
  }

  function elapsed(label: string): string | undefined {
    const since = startedAt.get(label)
    if (since === undefined) {
      write('warn', [`No such label '${label}' for console.time()`])
      return undefined
    }
    const ms = kit.use('performance').performance.now() - since
    return ms >= 1000 ? `${label}: ${(ms / 1000).toFixed(3)}s` : `${label}: ${Number(ms.toFixed(3))}ms`
  }

  const console = {
    debug: (...values: unknown[]): void => write('debug', values),
    log: (...values: unknown[]): void => write('info', values),
    info: (...values: unknown[]): void => write('info', values),
    warn: (...values: unknown[]): void => write('warn', values),
    error: (...values: unknown[]): void => write('error', values),
    dirxml: (...values: unknown[]): void => write('info', values),
    dir: (value: unknown, options?: object): void => {
      write('info', [kit.use('inspect').inspectSafely(value, options)])
    },
    trace: function trace(...values: unknown[]): void {
      const error = { name: 'Trace', message: textOf(values), stack: '' }
      Error.captureStackTrace(error, trace)
      write('error', [
        error.stack.replace(/^.*?(?=\n {4}at |$)/s, `Trace${error.message && `: ${error.message}`}`),
      ])
    },
    assert: (condition: unknown, ...values: unknown[]): void => {
      if (condition) return
      const [first, ...rest] = values
      if (typeof first === 'string') write('warn', [`Assertion failed: ${first}`, ...rest])
      else write('warn', values.length === 0 ? ['Assertion failed'] : ['Assertion failed:', ...values])
    },
    table: (data: unknown, columns?: readonly string[]): void => {
      const isObject = typeof data === 'object' && data !== null
      write('info', [isObject ? kit.use('table').table(data, columns) : data])
    },
    count: (given: unknown = 'default'): void => {
      const label = String(given)
      const count = (counts.get(label) ?? 0) + 1
      counts.set(label, count)
      write('info', [`${label}: ${count}`])
    },
    countReset: (given: unknown = 'default'): void => {
      const label = String(given)
      if (!counts.delete(label)) write('warn', [`Count for '${label}' does not exist`])
    },
    group: (...values: unknown[]): void => {
      if (values.length > 0) write('info', values)
      indentation += INDENT
    },
    groupCollapsed: (...values: unknown[]): void => console.group(...values),
    groupEnd: (): void => {
      indentation = indentation.slice(INDENT.length)
    },
    time: (given: unknown = 'default'): void => {
      const label = String(given)
      if (startedAt.has(label)) write('warn', [`Label '${label}' already exists for console.time()`])
      else startedAt.set(label, kit.use('performance').performance.now())
    },
    timeLog: (given: unknown = 'default', ...values: unknown[]): void => {
      const label = String(given)
      const text = elapsed(label)
      if (text !== undefined) write('info', [text, ...values])
    },
    timeEnd: (given: unknown = 'default'): void => {
      const label = String(given)
      const text = elapsed(label)
      if (text !== undefined) write('info', [text])
      startedAt.delete(label)
    },
  }
  Object.defineProperty(console, Symbol.toStringTag, { value: 'console', configurable: true })
  return { console }
}
