import type { Pristine } from './pristine.ts'

/** Deletes the globals that are not permitted, and adds `global`, Node's name for `globalThis`. */
export function trimGlobals(pristine: Pristine, forbidden: readonly PropertyKey[]): void {
  const { defineProperty, global } = pristine
  for (let index = 0; index < forbidden.length; index++) {
    delete (global as Record<PropertyKey, unknown>)[forbidden[index] as PropertyKey]
  }
  defineProperty(global, 'global', {
    __proto__: null,
    value: global,
    writable: true,
    configurable: true,
  } as PropertyDescriptor)
}
