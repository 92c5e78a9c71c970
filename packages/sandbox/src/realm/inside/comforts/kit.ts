import type { CallHost } from '../host.ts'
import type { Pristine } from '../pristine.ts'
import type { createAbort } from './abort.ts'
import type { createBase64 } from './base64.ts'
import type { createCloning } from './cloning.ts'
import type { createConsole } from './console.ts'
import type { createCrypto } from './crypto.ts'
import type { createDescribing } from './describing.ts'
import type { createEncoding } from './encoding.ts'
import type { createEventTargets } from './event-targets.ts'
import type { createEvents } from './events.ts'
import type { createExceptions } from './exceptions.ts'
import type { createFormat } from './format.ts'
import type { createInspect } from './inspect.ts'
import type { createKinds } from './kinds.ts'
import type { createLayout } from './layout.ts'
import type { createPerformance } from './performance.ts'
import type { createQuoting } from './quoting.ts'
import type { createTable } from './table.ts'
import type { createTemporal } from './temporal.ts'
import type { createTimers } from './timers.ts'
import type { createUrls } from './urls.ts'

/** The makers of the comforts, by group. The last are what others are made of. */
export interface ComfortMakers {
  readonly console: typeof createConsole
  readonly timers: typeof createTimers
  readonly cloning: typeof createCloning
  readonly urls: typeof createUrls
  readonly encoding: typeof createEncoding
  readonly base64: typeof createBase64
  readonly events: typeof createEvents
  readonly eventTargets: typeof createEventTargets
  readonly abort: typeof createAbort
  readonly exceptions: typeof createExceptions
  readonly crypto: typeof createCrypto
  readonly performance: typeof createPerformance
  readonly temporal: typeof createTemporal
  readonly kinds: typeof createKinds
  readonly quoting: typeof createQuoting
  readonly describing: typeof createDescribing
  readonly layout: typeof createLayout
  readonly inspect: typeof createInspect
  readonly format: typeof createFormat
  readonly table: typeof createTable
}

/**
 * What the maker of a comfort gets.
 *
 * Comforts are made after guest code has begun, so unlike the rest of `inside/` they may call builtins that the guest
 * has patched: it then breaks its own console.
 */
export interface ComfortKit {
  readonly pristine: Pristine
  readonly callHost: CallHost
  /** What a group holds, made now if it is not yet. */
  readonly use: <Group extends keyof ComfortMakers>(group: Group) => ReturnType<ComfortMakers[Group]>
  /** Fails the run with what guest code threw where nobody can catch it. */
  readonly uncaught: (thrown: unknown) => void
}
