import type { Pristine } from './pristine.ts'

interface Place {
  readonly holder: object
  readonly key: string
  readonly parent: Place | undefined
}

/**
 * Makes a `JSON.stringify` that refuses what JSON would drop without a word: functions, symbols, BigInts. Places are
 * kept in a linked list because pushing to an array would run setters that a guest put on `Array.prototype`.
 */
export function createToJson(pristine: Pristine): (value: unknown) => string | undefined {
  const { stringify, TypeError } = pristine

  function step(key: string): string {
    return key === '' ? '' : `.${key}`
  }

  function pathOf(place: Place | undefined, key: string): string {
    let path = step(key)
    for (let above = place; above !== undefined; above = above.parent) path = step(above.key) + path
    return `result${path}`
  }

  return function toJson(value) {
    if (value === undefined) return undefined
    let place: Place | undefined
    return stringify(value, function check(this: object, key: string, item: unknown) {
      const type = typeof item
      if (type === 'function' || type === 'symbol' || type === 'bigint') {
        while (place !== undefined && place.holder !== this) place = place.parent
        throw new TypeError(`${pathOf(place, key)} is a ${type === 'bigint' ? 'BigInt' : type}`)
      }
      if (type === 'object' && item !== null) {
        while (place !== undefined && place.holder !== this) place = place.parent
        place = { holder: item as object, key, parent: place }
      }
      return item
    })
  }
}
