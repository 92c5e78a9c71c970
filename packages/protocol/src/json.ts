import type { ErrorCode } from './error-codes.ts'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'

interface Place {
  readonly holder: object
  readonly key: string
  readonly parent: Place | undefined
}

/**
 * `JSON.stringify` that refuses what JSON would drop without a word.
 *
 * @param what names the value in the message, as in "arguments"
 * @param root names it in places, as in "args[0].name"
 * @throws an error with `code` and the place: a function, symbol, BigInt or cycle, or whatever a `toJSON` threw
 */
export function toJson(value: unknown, what: string, root: string, code: ErrorCode): string {
  let place: Place | undefined
  const refuse = (problem: string, cause?: unknown): never => {
    throw new IsolatedRuntimeError(code, `The ${what} cannot be sent as JSON: ${problem}`, { cause })
  }
  const check = function (this: object, key: string, item: unknown): unknown {
    while (place !== undefined && place.holder !== this) place = place.parent
    switch (typeof item) {
      case 'function':
      case 'symbol':
      case 'bigint':
        return refuse(
          `${root}${pathOf(place, key)} is a ${typeof item === 'bigint' ? 'BigInt' : typeof item}`,
        )
      case 'object':
        if (item === null) return item
        for (let above = place; above !== undefined; above = above.parent) {
          if (above.holder === item)
            return refuse(
              `${root}${pathOf(place, key)} refers back to ${root}${pathOf(above.parent, above.key)}`,
            )
        }
        place = { holder: item, key, parent: place }
        return item
      default:
        return item
    }
  }
  try {
    return JSON.stringify(value, check)
  } catch (thrown) {
    if (thrown instanceof IsolatedRuntimeError) throw thrown
    if (thrown instanceof RangeError) return refuse('they are nested too deeply', thrown)
    return refuse(thrown instanceof Error ? thrown.message : String(thrown), thrown)
  }
}

function pathOf(place: Place | undefined, key: string): string {
  let path = step(key)
  for (let above = place; above !== undefined; above = above.parent) path = step(above.key) + path
  return path
}

function step(key: string): string {
  if (key === '') return ''
  return /^\d+$/.test(key) ? `[${key}]` : `.${key}`
}
