import type { RealmPort } from '../boundary.ts'
import type { Pristine } from './pristine.ts'

/** Puts a `console` into the realm; gives the function that says which run it writes to. */
export function installConsole(pristine: Pristine): (port: RealmPort) => void {
  const { defineProperty, global, stringify, String } = pristine

  let port: RealmPort | undefined

  function show(value: unknown): string {
    if (typeof value === 'string') return value
    try {
      if (typeof value === 'object' && value !== null && !(value instanceof pristine.Error))
        return stringify(value) ?? String(value)
      return String(value)
    } catch {
      return '[unprintable]'
    }
  }

  function writer(level: string) {
    return (...values: unknown[]): void => {
      let text = ''
      for (let index = 0; index < values.length; index++)
        text += (index === 0 ? '' : ' ') + show(values[index])
      try {
        port?.log(level, text)
      } catch {
        // Too deep in the stack for a call: the line is lost, the guest goes on.
      }
    }
  }

  const console = {
    debug: writer('debug'),
    log: writer('info'),
    info: writer('info'),
    warn: writer('warn'),
    error: writer('error'),
  }
  defineProperty(global, 'console', {
    __proto__: null,
    value: console,
    writable: true,
    configurable: true,
  } as PropertyDescriptor)
  return (of) => {
    port = of
  }
}
