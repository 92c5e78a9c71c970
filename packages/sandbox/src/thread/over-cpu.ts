import { cpuTimeMessage } from '../cell/cpu-time-message.ts'
import type { ThreadTask } from './messages.ts'
import { errorOf, type ThreadResult } from './run-in-realm.ts'

/** What becomes of a run that used more CPU time than its limit, unseen until it settled; `undefined` for any other. */
export function overCpu({ maxCpuMs = Infinity }: ThreadTask, usedMs: number): ThreadResult | undefined {
  if (usedMs <= maxCpuMs) return undefined
  return { status: 'timed-out', error: errorOf('CPU_TIME_EXCEEDED', cpuTimeMessage(maxCpuMs, usedMs)) }
}
