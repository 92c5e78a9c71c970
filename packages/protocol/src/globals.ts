import { z } from 'zod'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'
import { toJson } from './json.ts'

/** Globals that cannot be given another value, and the key by which JSON.stringify asks objects for another self. */
const NO_GLOBALS = ['undefined', 'NaN', 'Infinity', 'toJSON']

/** The most bytes the constants of a bundle may have as JSON: every run of it reads them anew. */
const MAX_CONSTANTS_BYTES = 64 * 1024

/**
 * Globals for guests, by name: the context of a run, the constants of a bundle. Taken as they are: `z.record` makes a
 * copy without the key `__proto__`.
 */
export const globalsSchema = z
  .custom<Readonly<Record<string, unknown>>>(isPlainObject, 'expected an object')
  .refine(
    (globals) => !NO_GLOBALS.some((global) => Object.hasOwn(globals, global)),
    `expected names of globals other than ${NO_GLOBALS.join(', ')}`,
  )

function isPlainObject(value: unknown): boolean {
  return z.record(z.string(), z.unknown()).safeParse(value).success
}

/**
 * The constants of a bundle as JSON; `undefined` if there are none.
 *
 * @throws `INVALID_OPTIONS` naming the place that JSON cannot carry, never a value
 */
export function encodeConstants(constants: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.keys(constants).length === 0) return undefined
  const json = toJson(constants, 'constants', 'constants', 'INVALID_OPTIONS')
  const bytes = Buffer.byteLength(json)
  if (bytes <= MAX_CONSTANTS_BYTES) return json
  throw new IsolatedRuntimeError(
    'INVALID_OPTIONS',
    `The constants are ${bytes} bytes of JSON, the most allowed is ${MAX_CONSTANTS_BYTES}; put large tables into a JSON file of the folder`,
  )
}
