import type { Pristine } from './pristine.ts'

/**
 * Deletes the globals that are not permitted, and of some of the others what is not permitted of those; adds `global`,
 * Node's name for `globalThis`.
 */
export function trimGlobals(
  pristine: Pristine,
  forbidden: readonly PropertyKey[],
  permittedMembers: Readonly<Record<string, readonly string[]>>,
): void {
  const { defineProperty, global, ownKeys } = pristine
  for (let index = 0; index < forbidden.length; index++) {
    delete (global as Record<PropertyKey, unknown>)[forbidden[index] as PropertyKey]
  }
  for (const name of ownKeys(permittedMembers) as string[]) {
    const object = (global as Record<string, unknown>)[name]
    if (typeof object !== 'object' || object === null) continue
    for (const key of ownKeys(object)) {
      if (typeof key === 'string' && permittedMembers[name]?.includes(key) !== true)
        Reflect.deleteProperty(object, key)
    }
  }
  defineProperty(global, 'global', {
    __proto__: null,
    value: global,
    writable: true,
    configurable: true,
  } as PropertyDescriptor)
}
