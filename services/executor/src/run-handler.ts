import {
  IsolatedRuntimeError,
  MAX_BATCH_BYTES,
  toIsolatedRuntimeError,
  unsuccessful,
  withinCeilings,
  type Call,
  type LimitName,
  type Limits,
  type PartialLimits,
} from '@isolated-runtime/protocol'
import type { HandleRun } from '@isolated-runtime/queue'
import type { Sandbox } from '@isolated-runtime/sandbox'
import type { BundleCache } from './bundle-cache.ts'
import { argumentsProblem, refuseArguments } from './refuse-arguments.ts'

export interface RunHandlerOptions {
  readonly sandbox: Pick<Sandbox, 'run'>
  readonly bundles: Pick<BundleCache, 'get'>
  /** The most a run may ask for here. */
  readonly ceilings: Limits
}

/** Makes what runs the runs of a queue in a sandbox. */
export function createRunHandler({ sandbox, bundles, ceilings }: RunHandlerOptions): HandleRun {
  return async ({ call: asked, tenant, bundle: id }, { signal, rules, onLog, onProgress }) => {
    const allowed = limitsOf(asked, ceilings)
    if (allowed instanceof IsolatedRuntimeError) return unsuccessful('refused', allowed)
    const limits = lowered(allowed, rules.limits)
    const refused = refuseArguments(asked, limits.maxArgsBytes)
    if (refused) return refused
    const bundle = await bundles.get(id)
    if (!bundle) return unsuccessful('refused', notFound(id))
    const call = { ...asked, limits, askedLimits: undefined }
    const { isolation, cordon } = rules
    return sandbox.run({ bundle, tenant, call, isolation, cordon }, { signal, onLog, onProgress })
  }
}

/** The limits of a run, or those that its tenant has at most. */
function lowered(limits: Limits, most: PartialLimits = {}): Limits {
  const entries = Object.entries(limits) as [LimitName, number][]
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Math.min(value, most[name] ?? value)]),
  ) as Limits
}

// Clients check the same, but whoever can write to Redis is not to be trusted with what a run may cost.
function limitsOf(
  { limits, askedLimits = [], work, contextJson = '' }: Call,
  ceilings: Limits,
): Limits | IsolatedRuntimeError {
  try {
    const allowed = withinCeilings(limits, askedLimits, ceilings)
    if (work.kind === 'call') return allowed
    const all = work.items.reduce(
      (sum, json) => sum + Buffer.byteLength(json),
      Buffer.byteLength(contextJson),
    )
    return argumentsProblem(all, MAX_BATCH_BYTES + allowed.maxArgsBytes) ?? allowed
  } catch (error) {
    return toIsolatedRuntimeError(error)
  }
}

function notFound(id: string): IsolatedRuntimeError {
  return new IsolatedRuntimeError(
    'BUNDLE_NOT_FOUND',
    `Bundle "${id}" is not stored: it was never deployed here, or nobody used it for long; deploy its folder again`,
  )
}
