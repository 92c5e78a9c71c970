import type { RealmPort } from '../../boundary.ts'
import type { Pristine } from '../pristine.ts'
import type { ComfortKit, ComfortMakers } from './kit.ts'

/** Makes the comforts of a realm, each group when it is first touched. */
export function createComforts(pristine: Pristine, makersOf: () => ComfortMakers) {
  const { defineProperty, global, hasOwn, TypeError } = pristine
  let made: Record<string, unknown> = { __proto__: null }
  let makers: ComfortMakers | undefined
  let run: { readonly port: RealmPort; readonly uncaught: (thrown: unknown) => void } | undefined

  const kit: ComfortKit = {
    __proto__: null,
    pristine,
    use,
    get port() {
      if (run === undefined) throw new TypeError('The realm serves no run')
      return run.port
    },
    uncaught: (thrown: unknown) => run?.uncaught(thrown),
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
    /** Says which run the comforts serve, and what to do with errors that nobody caught. */
    attach(port: RealmPort, uncaught: (thrown: unknown) => void): void {
      run = { port, uncaught }
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
      run = undefined
    },
    /** Called by the host when a timer is due. Never throws. */
    fire(id: number): void {
      try {
        use('timers').fire(id)
      } catch (thrown) {
        run?.uncaught(thrown)
      }
    },
  }
}
