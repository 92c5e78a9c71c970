import type { Pristine } from './pristine.ts'

/**
 * Puts a `FinalizationRegistry` into the realm that calls back only while the run that made it is under way. V8 calls
 * back when it has collected something, which may be in the middle of the next run of the thread.
 */
export function createFinalizers(pristine: Pristine) {
  const { apply, defineProperty, global, TypeError } = pristine
  const { construct } = Reflect
  const Native = FinalizationRegistry
  let run: { readonly uncaught: (thrown: unknown) => void } | undefined
  let used = false

  function whileRunning(cleanup: (held: unknown) => unknown): (held: unknown) => void {
    const maker = run
    return (held) => {
      if (run === undefined || run !== maker) return
      try {
        apply(cleanup, undefined, [held])
      } catch (thrown) {
        run?.uncaught(thrown)
      }
    }
  }

  function Guarded(cleanup: unknown): object {
    if (new.target === undefined) throw new TypeError("Constructor FinalizationRegistry requires 'new'")
    if (typeof cleanup !== 'function') throw new TypeError('FinalizationRegistry: cleanup must be callable')
    used = true
    return construct(Native, [whileRunning(cleanup as (held: unknown) => unknown)], new.target) as object
  }

  const hidden = { __proto__: null, writable: true, configurable: true } as PropertyDescriptor
  const fixed = { __proto__: null, writable: false } as PropertyDescriptor
  defineProperty(Guarded, 'name', { __proto__: null, value: 'FinalizationRegistry' } as PropertyDescriptor)
  defineProperty(Guarded, 'prototype', { ...fixed, value: Native.prototype })
  defineProperty(Native.prototype, 'constructor', { ...hidden, value: Guarded })
  defineProperty(global, 'FinalizationRegistry', { ...hidden, value: Guarded })

  return {
    __proto__: null,
    /** A run begins; says where errors go that its callbacks throw. */
    begin(uncaught: (thrown: unknown) => void): void {
      run = { uncaught }
    },
    end(): void {
      run = undefined
    },
    /** Whether a registry was ever made: what is registered with it would still be counted to the next run. */
    wereUsed: () => used,
  }
}
