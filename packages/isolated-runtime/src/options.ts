import type { PackOptions } from '@isolated-runtime/bundle'
import {
  DEFAULT_CEILINGS,
  parse,
  partialLimitsSchema,
  type Limits,
  type PartialLimits,
} from '@isolated-runtime/protocol'
import type { SandboxOptions } from '@isolated-runtime/sandbox'
import { z } from 'zod'

const optionsSchema = z.strictObject({
  // Each of these is parsed by the package that it is for.
  sandbox: z.looseObject({}).optional(),
  packing: z.looseObject({}).optional(),
  ceilings: partialLimitsSchema.optional(),
  batching: z.boolean().optional(),
})

export interface IsolatedRuntimeOptions {
  /** How many processes and threads run guests. */
  readonly sandbox?: SandboxOptions
  /** How large a folder may be. */
  readonly packing?: PackOptions
  /** The most a request may ask for. @default the ceilings of `LIMITS` */
  readonly ceilings?: PartialLimits
  /**
   * Whether runs of one function travel together when more are under way than there are threads and each takes less than
   * four milliseconds. Each keeps a realm, limits and an outcome of its own; should one of them take long for once, up to 63
   * others wait for it. @default true
   */
  readonly batching?: boolean
}

/** @throws `INVALID_OPTIONS` */
export function ceilingsOf(options: IsolatedRuntimeOptions): Limits {
  const { ceilings } = parse(optionsSchema, options, 'options of IsolatedRuntime', 'INVALID_OPTIONS')
  const given = Object.entries(ceilings ?? {}).filter(([, value]) => value !== undefined)
  return { ...DEFAULT_CEILINGS, ...Object.fromEntries(given) }
}
