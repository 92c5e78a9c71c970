import { hiddenIntrinsics } from '../realm/inside/hidden-intrinsics.ts'

/**
 * Freezes the global object of this realm and all that it leads to, so that nobody can replace a method that the
 * thread, Piscina or Node.js calls on a message port, a task or a promise of theirs.
 *
 * Written as small functions that builtins call: as a loop it is compiled to optimized code while it runs, which takes V8
 * 13 ms in the background, for what is done once.
 */
export function freezeIntrinsics(): void {
  const { freeze, getOwnPropertyDescriptor, getPrototypeOf } = Object
  const met = new Set<object>()
  function meet(value: unknown): void {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') met.add(value)
  }
  function meetParts(this: object, key: PropertyKey): void {
    const part = getOwnPropertyDescriptor(this, key)
    meet(part?.value)
    // oxlint-disable typescript/unbound-method -- nobody calls them
    meet(part?.get)
    meet(part?.set)
    // oxlint-enable typescript/unbound-method
  }
  function meetAll(object: object): void {
    meet(getPrototypeOf(object))
    Reflect.ownKeys(object).forEach(meetParts, object)
    freeze(object)
  }
  meet(globalThis)
  hiddenIntrinsics().forEach(meet)
  // A set goes on iterating over what is added to it on the way.
  met.forEach(meetAll)
}
