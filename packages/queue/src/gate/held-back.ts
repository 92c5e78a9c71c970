/** What holds runs of a tenant back: the caps of its policy, and `ruin`, what its runs have ruined lately. */
export const HOLDING_CAPS = ['paused', 'maxConcurrent', 'runsPerSecond', 'cpuMsPerMinute', 'ruin'] as const

export type HoldingCap = (typeof HOLDING_CAPS)[number]

/** A cap that holds runs of its tenant back. */
export interface HeldBack {
  readonly cap: HoldingCap
  /** What the policy says; of `ruin`, the CPU time in milliseconds of what has been started for it lately. */
  readonly limit: number
  /** When time lifts it, in milliseconds since the epoch, for those that it lifts. */
  readonly until: number | undefined
}

/** Says in words which cap holds a run back. */
export function describeHeldBack({ cap, limit, until }: HeldBack): string {
  switch (cap) {
    case 'paused':
      return 'tenant is paused'
    case 'runsPerSecond':
      return `tenant at its rate of ${limit}/s until ${timeOf(until)}`
    case 'cpuMsPerMinute':
      return `tenant over its CPU budget of ${limit} ms a minute until ${timeOf(until)}`
    case 'ruin':
      return `runs of its tenant have lately ruined threads and processes worth ${Math.round(limit)} ms of CPU time, the next starts at ${timeOf(until)}`
    case 'maxConcurrent':
      return `tenant at its cap of ${limit}`
  }
}

/** What lets runs start that a cap holds back. */
export function remedyOf(cap: HoldingCap): string {
  if (cap === 'paused') return 'resume the tenant'
  return cap === 'ruin' ? 'wait until then' : `raise "${cap}" of the policy`
}

/** A time in milliseconds since the epoch, in words. */
export function timeOf(ms: number | undefined): string {
  return ms === undefined ? 'later' : new Date(ms).toISOString()
}

/** What the gate calls a job that is to be settled as expired; what held it back follows, if a cap did. */
const EXPIRED = 'expired'

/** Whether the gate has given a run up; with the cap that held it back, if one did. */
export function expiryOf(jobName: string): { readonly heldBack: HeldBack | undefined } | undefined {
  const [name, cap, limit, until] = jobName.split(' ')
  if (name !== EXPIRED) return undefined
  const known = HOLDING_CAPS.find((holding) => holding === cap)
  if (known === undefined) return { heldBack: undefined }
  return { heldBack: { cap: known, limit: Number(limit), until: Number(until) || undefined } }
}
