import type { RealmPort } from './boundary.ts'
import type { Pristine } from './pristine.ts'

/** A port whose functions cannot be called: what the rest of the inside sees of the one that the host hands in. */
export type SealedPort = { readonly [Name in keyof RealmPort]: unknown }

type PortFunction<Name extends keyof RealmPort> = NonNullable<RealmPort[Name]>

/** Calls a function of the port. Throws an error of this realm, whatever happens in the host. */
export type CallHost = <Name extends keyof RealmPort>(
  name: Name,
  ...parameters: Parameters<PortFunction<Name>>
) => ReturnType<PortFunction<Name>>

export interface Host {
  /** Says which run is served from now on. */
  attach(port: SealedPort): void
  readonly call: CallHost
}

/**
 * Makes the only way from the realm to the host. Guest code can reach it at the end of the stack, where the host's
 * function throws an error of the host's realm: none of those may come into the hands of a guest.
 *
 * @param failures what an error says when that function of the port fails
 */
export function createHost(
  { apply, Error, TypeError }: Pristine,
  failures: Readonly<Record<keyof RealmPort, string>>,
): Host {
  let port: RealmPort | undefined

  /** Primitives go out, and primitives and functions of this realm come in. */
  function isObject(value: unknown): boolean {
    return typeof value === 'object' && value !== null
  }

  function call(name: keyof RealmPort, ...parameters: unknown[]): unknown {
    if (port === undefined) throw new TypeError('The realm serves no run')
    for (let index = 0; index < parameters.length; index++) {
      if (isObject(parameters[index]) || typeof parameters[index] === 'function')
        throw new TypeError('Only primitives can be passed to the host')
    }
    let result: unknown
    try {
      // Without a receiver: the port is an object of the host.
      result = apply(port[name] as (...parameters: unknown[]) => unknown, undefined, parameters)
    } catch {
      throw new Error(failures[name])
    }
    if (isObject(result)) throw new Error(failures[name])
    return result
  }

  return {
    attach(given) {
      port = given as RealmPort
    },
    call: call as CallHost,
  }
}
