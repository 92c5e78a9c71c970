import { hiddenIntrinsics } from '../realm/inside/hidden-intrinsics.ts'

/**
 * Freezes the global object of this realm and all that it leads to, so that nobody can replace a method that the
 * thread, Piscina or Node.js calls on a message port, a task or a promise of theirs.
 */
export function freezeIntrinsics(): void {
  const met = new Set<object>()
  // A set goes on iterating over what is added to it on the way.
  const meet = (value: unknown): void => {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') met.add(value)
  }
  meet(globalThis)
  for (const intrinsic of hiddenIntrinsics()) meet(intrinsic)
  for (const object of met) {
    meet(Object.getPrototypeOf(object))
    for (const key of Reflect.ownKeys(object)) {
      for (const part of Object.values(Object.getOwnPropertyDescriptor(object, key) ?? {})) meet(part)
    }
    Object.freeze(object)
  }
}
