import type { Watched } from './harden.ts'
import type { Pristine } from './pristine.ts'

/**
 * Makes the function that puts the globals of a hardened realm back to what they are now. It runs no code of the
 * guest: neither object it looks at is a proxy, and descriptors are read without calling accessors.
 *
 * @returns whether it could: `false` if something is there to stay, if a builtin was deleted, because it would come
 *   back in another place, and if `RegExp.prototype` was patched, because V8 would match slowly ever after
 */
export function createRenewal(pristine: Pristine, watched: readonly Watched[]): () => boolean {
  const { apply, defineProperty, deleteProperty, descriptorOf, exec, getPrototypeOf, global, is } = pristine
  const { isExtensible, ownKeys, regExpPrototype, trySetPrototypeOf } = pristine

  /** Inheriting from `Object.prototype` does no harm here: that is frozen. */
  function descriptorsOf(object: object, keys: readonly PropertyKey[]): PropertyDescriptor[] {
    return keys.map((key) => descriptorOf(object, key) as PropertyDescriptor)
  }

  const firstPrototype = getPrototypeOf(global)
  const firstLimit = pristine.Error.stackTraceLimit
  const firstKeys = ownKeys(global)
  // `undefined`, `NaN` and `Infinity` cannot be changed.
  const changeable = firstKeys.filter((key) => descriptorOf(global, key)?.configurable === true)
  const first = descriptorsOf(global, changeable)
  const isBuiltin: Record<PropertyKey, boolean | undefined> = { __proto__: null } as never
  for (const key of firstKeys) isBuiltin[key] = true
  const regExpKeys = ownKeys(regExpPrototype)
  const firstRegExp = descriptorsOf(regExpPrototype, regExpKeys)
  const emptyMatch = /(?:)/

  function isUnchanged(object: object, key: PropertyKey, then: PropertyDescriptor): boolean {
    const now = descriptorOf(object, key)
    return (
      now !== undefined &&
      is(now.value, then.value) &&
      now.writable === then.writable &&
      now.enumerable === then.enumerable &&
      now.configurable === then.configurable &&
      // Only an accessor lacks it.
      (then.writable !== undefined || (now.get === then.get && now.set === then.set))
    )
  }

  function isRegExpUnchanged(): boolean {
    if (ownKeys(regExpPrototype).length !== regExpKeys.length || !isExtensible(regExpPrototype)) return false
    if (getPrototypeOf(regExpPrototype) !== pristine.objectPrototype) return false
    for (let index = 0; index < regExpKeys.length; index++) {
      const key = regExpKeys[index] as PropertyKey
      if (!isUnchanged(regExpPrototype, key, firstRegExp[index] as PropertyDescriptor)) return false
    }
    return true
  }

  /** They can be neither deleted nor redefined: all that a guest can do is write, and make them read-only. */
  function isWatchedUnchanged(): boolean {
    for (let index = 0; index < watched.length; index++) {
      const { object, key, value } = watched[index] as Watched
      const now = descriptorOf(object, key) as PropertyDescriptor
      if (now.value !== value || now.writable !== true) return false
    }
    return true
  }

  function renew(): boolean {
    if (!isWatchedUnchanged() || !isRegExpUnchanged() || !isExtensible(global)) return false
    if (getPrototypeOf(global) !== firstPrototype && !trySetPrototypeOf(global, firstPrototype)) return false
    const keys = ownKeys(global)
    let builtins = 0
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as PropertyKey
      if (key === firstKeys[builtins]) builtins++
      else if (isBuiltin[key] === true || !deleteProperty(global, key)) return false
    }
    if (builtins !== firstKeys.length) return false
    for (let index = 0; index < changeable.length; index++) {
      const key = changeable[index] as PropertyKey
      const then = first[index] as PropertyDescriptor
      if (!isUnchanged(global, key, then)) defineProperty(global, key, then)
    }
    const Error = pristine.Error as { stackTraceLimit: number; prepareStackTrace?: unknown }
    Error.stackTraceLimit = firstLimit
    Error.prepareStackTrace = undefined
    // `RegExp.$1` and the like tell of the last match of the realm.
    apply(exec, emptyMatch, [''])
    return true
  }

  return () => {
    try {
      return renew()
    } catch {
      return false
    }
  }
}
