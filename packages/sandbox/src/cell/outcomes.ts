import type { Unsuccessful, WorkResult } from '@isolated-runtime/protocol'
import { IsolatedRuntimeError, NO_USAGE, unsuccessful } from '@isolated-runtime/protocol/results'
import { cpuTimeMessage } from '../thread/cpu-time-message.ts'
import type { ThreadReport } from '../thread/thread-report.ts'

/** What a thread reported, in the form that leaves the cell. @param text a `ThreadReport` as JSON */
export function ofReport(text: string, cpuMs: number): WorkResult {
  // Taken as it is: a thread that was taken over gives itself away at the executor, which parses all of it.
  const { result, logs, logsDropped, compileMs, wallMs } = JSON.parse(text) as ThreadReport
  const usage = { ...NO_USAGE, compileMs, wallMs, cpuMs }
  return result.status === 'reported' ? { ...result, usage } : { ...result, logs, logsDropped, usage }
}

/** The outcome of a run whose thread died under it. */
export function ofDeath(thrown: unknown, memoryMb: number): Unsuccessful {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return outOfMemory(memoryMb)
  return crashed(`The thread died: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
}

export function outOfMemory(memoryMb: number): Unsuccessful {
  const message = `The run needed more than ${memoryMb} MB of heap, its limit "memoryMb"`
  return unsuccessful('out-of-memory', new IsolatedRuntimeError('OUT_OF_MEMORY', message))
}

/** @param held what the process of the run held when it was ended, and what it may hold, in MB */
export function tooMuchMemory(
  memoryMb: number,
  held: { residentMb: number; allowedMb: number },
): Unsuccessful {
  const message = `The process of the run held ${held.residentMb} MB of memory, with the limit "memoryMb" of ${memoryMb} it may hold ${held.allowedMb}`
  return unsuccessful('out-of-memory', new IsolatedRuntimeError('OUT_OF_MEMORY', message))
}

/** @param heldMb what the thread of the run held outside of its heap when it was ended */
export function tooMuchOutside(memoryMb: number, heldMb: number, allowedMb: number): Unsuccessful {
  const message = `The run held ${Math.round(heldMb)} MB outside of its heap, with the limit "memoryMb" of ${memoryMb} it may hold ${allowedMb}`
  return unsuccessful('out-of-memory', new IsolatedRuntimeError('OUT_OF_MEMORY', message))
}

export function crashed(message: string): Unsuccessful {
  return unsuccessful('crashed', new IsolatedRuntimeError('CRASHED', message))
}

export function timedOut(timeoutMs: number, wallMs: number, cpuMs = 0): Unsuccessful {
  const message = `The run was still going after ${Math.round(wallMs)} ms, its limit "timeoutMs" is ${timeoutMs}`
  return unsuccessful('timed-out', new IsolatedRuntimeError('TIMED_OUT', message), { wallMs, cpuMs })
}

export function cpuTimeExceeded(cpuMs: number, usedMs: number): Unsuccessful {
  const message = cpuTimeMessage(cpuMs, usedMs)
  return unsuccessful('timed-out', new IsolatedRuntimeError('CPU_TIME_EXCEEDED', message), { cpuMs: usedMs })
}

/** The outcome of a run whose result is lost, because its thread never let go and the board had no room for it. */
export function neverAtRest(): Unsuccessful {
  const message = 'The function settled, but left microtasks behind that never end'
  return unsuccessful('timed-out', new IsolatedRuntimeError('TIMED_OUT', message))
}
