import { parse } from '@isolated-runtime/protocol'
import { z } from 'zod'
import type { ModuleFunctions } from './module-functions.ts'

/** What a call of a function says itself; and the name of a run, which each call needs one of its own for. */
const OF_A_CALL = ['funcName', 'args', 'id'] as const

/** A request without what differs from call to call. */
export type ModuleRequest<Request> = Omit<Request, (typeof OF_A_CALL)[number]>

const moduleRequestSchema = z.looseObject(
  Object.fromEntries(OF_A_CALL.map((name) => [name, z.undefined().optional()])),
)

/** JavaScript itself asks objects for these, and calls what it gets: `await` the one, `JSON.stringify` the other. */
const NOT_FUNCTIONS: readonly (string | symbol)[] = ['then', 'toJSON']

/**
 * An object whose every property is a function that runs the function of that name of a guest's file. Whether there is
 * one shows when it is called.
 *
 * @throws `INVALID_REQUEST` if the request has a function, arguments or an id
 */
export function createModule<Module, Request extends object>(
  request: ModuleRequest<Request>,
  run: (request: ModuleRequest<Request> & { funcName: string; args: unknown[] }) => Promise<unknown>,
): ModuleFunctions<Module> {
  parse(moduleRequestSchema, request, 'module request', 'INVALID_REQUEST')
  const functions = new Map<string, (...args: unknown[]) => Promise<unknown>>()
  const functionOf = (funcName: string): ((...args: unknown[]) => Promise<unknown>) => {
    const known = functions.get(funcName)
    if (known !== undefined) return known
    const call = (...args: unknown[]) => run({ ...request, funcName, args: withoutTrailing(args) })
    functions.set(funcName, call)
    return call
  }
  return new Proxy<object>(Object.freeze({ __proto__: null }), {
    get: (_, name) =>
      typeof name === 'symbol' || NOT_FUNCTIONS.includes(name) ? undefined : functionOf(name),
  }) as ModuleFunctions<Module>
}

/** Left out, an argument has its default; as JSON, `undefined` would be `null`. */
function withoutTrailing(args: readonly unknown[]): unknown[] {
  return args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1)
}
