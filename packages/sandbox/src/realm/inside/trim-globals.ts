import type { Pristine } from './pristine.ts'

/** Deletes every global that is not permitted, and adds `global`, Node's name for `globalThis`. */
export function trimGlobals(pristine: Pristine, permitted: Readonly<Record<string, true>>): void {
  const { defineProperty, global, ownKeys } = pristine
  const keys = ownKeys(global)
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string
    if (permitted[key] !== true) delete (global as Record<string, unknown>)[key]
  }
  defineProperty(global, 'global', {
    __proto__: null,
    value: global,
    writable: true,
    configurable: true,
  } as PropertyDescriptor)
}
