import type { Limits } from '@isolated-runtime/protocol'
import { cpuTimeMessage } from './cpu-time-message.ts'
import type { ThreadResult } from './thread-report.ts'
import { errorOf } from './run-in-realm.ts'

/** Else the time limit comes first: a thread uses no more CPU time than time. */
export function cpuComesFirst({ cpuMs, timeoutMs }: Pick<Limits, 'cpuMs' | 'timeoutMs'>): boolean {
  return cpuMs < timeoutMs
}

/** What becomes of a run that used more CPU time than its limit, unseen until it settled; `undefined` for any other. */
export function overCpu(limits: Limits, usedMs: number): ThreadResult | undefined {
  if (!cpuComesFirst(limits) || usedMs <= limits.cpuMs) return undefined
  return { status: 'timed-out', error: errorOf('CPU_TIME_EXCEEDED', cpuTimeMessage(limits.cpuMs, usedMs)) }
}
