import type { Pristine } from './pristine.ts'

interface Place {
  readonly holder: object
  /** Where the holder is, as in `result.rows[3]`. */
  readonly path: () => string
  readonly parent: Place | undefined
}

/**
 * Makes a `JSON.stringify` that refuses what JSON would drop without a word: functions, symbols, BigInts; and says where
 * they are, and cycles too. Places are kept in a linked list because pushing to an array would run setters that a guest
 * put on `Array.prototype`.
 */
export function createToJson(pristine: Pristine): (value: unknown, name?: string) => string | undefined {
  const { isArray, RangeError, stringify, TypeError } = pristine

  function pathOf(place: Place | undefined, key: string, name: string): string {
    if (place === undefined) return name
    return place.path() + (isArray(place.holder) ? `[${key}]` : `.${key}`)
  }

  function check(above: Place | undefined, key: string, item: unknown, name: string): void {
    const type = typeof item
    if (type === 'function' || type === 'symbol' || type === 'bigint') {
      throw new TypeError(`${pathOf(above, key, name)} is a ${type === 'bigint' ? 'BigInt' : type}`)
    }
    for (let place = above; place !== undefined; place = place.parent) {
      if (place.holder === item)
        throw new TypeError(`${pathOf(above, key, name)} refers back to ${place.path()}`)
    }
  }

  /** A guest's getter or `toJSON` may throw a RangeError too. */
  function isEngines({ message }: RangeError): boolean {
    return message === 'Maximum call stack size exceeded' || message === 'Invalid string length'
  }

  return function toJson(value, name = 'result') {
    if (value === undefined) return undefined
    let place: Place | undefined
    try {
      return stringify(value, function (this: object, key: string, item: unknown) {
        while (place !== undefined && place.holder !== this) place = place.parent
        check(place, key, item, name)
        if (typeof item === 'object' && item !== null) {
          const above = place
          place = { holder: item, path: () => pathOf(above, key, name), parent: above }
        }
        return item
      })
    } catch (thrown) {
      if (thrown instanceof RangeError && isEngines(thrown))
        throw new TypeError('it is nested too deeply, or too large')
      throw thrown
    }
  }
}
