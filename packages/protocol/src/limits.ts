import { z } from 'zod'
import { IsolatedRuntimeError } from './isolated-runtime-error.ts'

const KIB = 1024
const MIB = 1024 * KIB

interface LimitEntry {
  readonly default: number
  readonly min: number
  /** The most a request may ask for, unless an executor lowers or raises it. */
  readonly ceiling: number
}

/** Every limit of a run. Times are milliseconds, sizes bytes of UTF-8, memory mebibytes. */
export const LIMITS = {
  /** From the moment the guest's file starts to load until the function has settled. */
  timeoutMs: { default: 5_000, min: 1, ceiling: 15 * 60_000 },
  /** CPU time of the thread that runs the guest; awaiting costs none. Not given, it is the `timeoutMs` of the run. */
  cpuMs: { default: 5_000, min: 1, ceiling: 15 * 60_000 },
  /** V8 heap of the thread that runs the guest, and as much again outside of it. */
  memoryMb: { default: 64, min: 16, ceiling: 1_024 },
  /** Arguments and context together, as JSON. */
  maxArgsBytes: { default: 1 * MIB, min: 2, ceiling: 4 * MIB },
  /** The result, as JSON. */
  maxResultBytes: { default: 1 * MIB, min: 2, ceiling: 4 * MIB },
  /** What the guest wrote to its console; more is dropped and counted. */
  maxLogBytes: { default: 64 * KIB, min: 0, ceiling: 1 * MIB },
} as const satisfies Record<string, LimitEntry>

export type LimitName = keyof typeof LIMITS

/** A complete set of limits, as a run carries them. */
export type Limits = Record<LimitName, number>

const limitNames = Object.keys(LIMITS) as LimitName[]

/** What no ceiling can be raised over: timers end there, and so does what a message between processes may hold. */
export const HIGHEST_CEILINGS: Limits = {
  timeoutMs: 2_000_000_000,
  cpuMs: 2_000_000_000,
  memoryMb: 65_536,
  maxArgsBytes: 12 * MIB,
  maxResultBytes: 12 * MIB,
  maxLogBytes: 2 * MIB,
}

const whole = (name: LimitName): z.ZodInt => z.int().min(LIMITS[name].min).max(HIGHEST_CEILINGS[name])

/** Some limits, as a caller gives them: whole numbers, at least the minimum of each. */
export const partialLimitsSchema = z.strictObject({
  timeoutMs: whole('timeoutMs').optional(),
  cpuMs: whole('cpuMs').optional(),
  memoryMb: whole('memoryMb').optional(),
  maxArgsBytes: whole('maxArgsBytes').optional(),
  maxResultBytes: whole('maxResultBytes').optional(),
  maxLogBytes: whole('maxLogBytes').optional(),
})

export type PartialLimits = z.infer<typeof partialLimitsSchema>

/** All limits, as they cross a queue or a pipe. */
export const limitsSchema = z.strictObject({
  timeoutMs: whole('timeoutMs'),
  cpuMs: whole('cpuMs'),
  memoryMb: whole('memoryMb'),
  maxArgsBytes: whole('maxArgsBytes'),
  maxResultBytes: whole('maxResultBytes'),
  maxLogBytes: whole('maxLogBytes'),
})

/** The ceilings of {@link LIMITS}. */
export const DEFAULT_CEILINGS: Limits = pick((name) => LIMITS[name].ceiling)

/**
 * Completes the limits a caller gave.
 *
 * @throws `INVALID_REQUEST` naming every limit that is over its ceiling
 */
export function resolveLimits(given: PartialLimits = {}, ceilings: Limits = DEFAULT_CEILINGS): Limits {
  // A default never exceeds a ceiling that an executor has lowered.
  const limits = pick((name) => given[name] ?? Math.min(LIMITS[name].default, ceilings[name]))
  limits.cpuMs = given.cpuMs ?? Math.min(limits.timeoutMs, ceilings.cpuMs)
  refuseOverCeiling(limits, ceilings)
  return limits
}

/** The limits that a caller asked for; the others are defaults. */
export function askedLimitsOf(given: PartialLimits = {}): LimitName[] {
  return limitNames.filter((name) => given[name] !== undefined)
}

/**
 * The limits of a run under the ceilings of an executor: a default comes down to its ceiling, one that was asked for does not.
 *
 * @throws `INVALID_REQUEST` naming every limit that was asked for and is over its ceiling
 */
export function withinCeilings(limits: Limits, asked: readonly LimitName[], ceilings: Limits): Limits {
  const lowered = pick((name) =>
    asked.includes(name) ? limits[name] : Math.min(limits[name], ceilings[name]),
  )
  refuseOverCeiling(lowered, ceilings)
  return lowered
}

/** The names of limits, as a run on the queue carries them. */
export const limitNamesSchema = z
  .array(z.enum(limitNames as [LimitName, ...LimitName[]]))
  .max(limitNames.length)

/** @throws `INVALID_REQUEST` naming every limit that is over its ceiling */
export function refuseOverCeiling(limits: Limits, ceilings: Limits): void {
  const over = limitNames.filter((name) => limits[name] > ceilings[name])
  if (over.length === 0) return
  const problems = over.map(
    (name) => `"limits.${name}" is ${limits[name]}, the most allowed is ${ceilings[name]}`,
  )
  throw new IsolatedRuntimeError('INVALID_REQUEST', `Invalid run request: ${problems.join('; ')}`)
}

function pick(valueOf: (name: LimitName) => number): Limits {
  return Object.fromEntries(limitNames.map((name) => [name, valueOf(name)])) as Limits
}
