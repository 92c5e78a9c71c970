import type { CallHost } from '../host.ts'
import type { Pristine } from '../pristine.ts'
import type { ComfortKit, ComfortMakers } from './kit.ts'

/** Makes the comforts of a realm, each group when it is first touched. */
export function createComforts(pristine: Pristine, callHost: CallHost, makersOf: () => ComfortMakers) {
  const { defineProperty, global, hasOwn } = pristine
  let made: Record<string, unknown> = { __proto__: null }
  let makers: ComfortMakers | undefined
  let uncaught: ((thrown: unknown) => void) | undefined

  const kit: ComfortKit = {
    __proto__: null,
    pristine,
    callHost,
    use,
    uncaught: (thrown: unknown) => uncaught?.(thrown),
  } as ComfortKit

  function use<Group extends keyof ComfortMakers>(group: Group): ReturnType<ComfortMakers[Group]> {
    makers ??= makersOf()
    return (made[group] ??= makers[group](kit)) as ReturnType<ComfortMakers[Group]>
  }

  function put(target: object, name: string, value: unknown): void {
    defineProperty(target, name, {
      __proto__: null,
      value,
      writable: true,
      configurable: true,
    } as PropertyDescriptor)
  }

  return {
    __proto__: null,
    /** Says what to do with errors of the run that no guest code caught. */
    attach(to: (thrown: unknown) => void): void {
      uncaught = to
    },
    /** Called when a global is read that is still to be made: from then on it is a property like any other. */
    read(group: keyof ComfortMakers, name: string): unknown {
      const value: unknown = (use(group) as Record<string, unknown>)[name]
      try {
        if (!hasOwn(global, name)) put(global, name, value)
      } catch {
        // The guest has frozen its global object: the accessor stays.
      }
      return value
    },
    /** Called when such a global is written. */
    write(receiver: unknown, name: string, value: unknown): void {
      const isObject = (typeof receiver === 'object' && receiver !== null) || typeof receiver === 'function'
      put(isObject ? receiver : global, name, value)
    },
    /** Called between two runs of a realm: what the next one touches is made anew. */
    forget(): void {
      made = { __proto__: null }
      uncaught = undefined
    },
    /** Called by the host when a timer is due. Never throws. */
    fire(id: number): void {
      try {
        use('timers').fire(id)
      } catch (thrown) {
        uncaught?.(thrown)
      }
    },
  }
}
