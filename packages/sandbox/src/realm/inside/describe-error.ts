import type { Pristine } from './pristine.ts'

/** Makes the function that reads name, message and stack off whatever was thrown, each guarded and capped. */
export function createDescribeError(
  pristine: Pristine,
): (thrown: unknown) => [string, string, string | undefined] {
  const { apply, slice, String } = pristine

  function textOf(read: () => unknown, fallback: string, cap: number): string {
    try {
      const value = read()
      return value === undefined ? fallback : apply(slice, String(value), [0, cap])
    } catch {
      return fallback
    }
  }

  return function describeError(thrown) {
    const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function'
    if (!isObject) return ['Error', textOf(() => thrown, 'undefined', 8192), undefined]
    const error = thrown as { name?: unknown; message?: unknown; stack?: unknown }
    const name = textOf(() => error.name, 'Error', 256)
    const message = textOf(() => error.message ?? thrown, '', 8192)
    const stack = textOf(() => error.stack, '', 16384)
    return [name, message, stack === '' ? undefined : stack]
  }
}
