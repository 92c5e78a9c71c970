import {
  IsolatedRuntimeError,
  type Limits,
  type LogEntry,
  type Unsuccessful,
  type WorkResult,
} from '@isolated-runtime/protocol'
import { crashed, outOfMemory, tooMuchMemory } from '../cell/outcomes.ts'
import type { HeldMemory } from './cell-memory.ts'

/** What an attempt cost that settled nothing. */
interface InVain {
  readonly reason: string
  /** What the run had used by then, and how long ago it was given to the cell. */
  readonly cpuMs: number
  readonly wallMs: number
  /** What it wrote to its log, as far as that is known. */
  readonly logs: LogEntry[]
}

/** How a cell died under a run. */
interface Death extends InVain {
  readonly kind: 'died'
  /**
   * Whether nobody but this run was ever in the cell. Else the run is no more than a suspect: those next to it may have
   * done it, and so may those before it, whose garbage is there and whose threads may not have stopped yet.
   */
  readonly alone: boolean
  /** Whether nothing in the cell was the reason: the kernel ended it, or it had to make room. No run is to blame for that. */
  readonly byPlatform: boolean
  /** CPU time of the start of a cell, or a thread, in the place of the one that is gone. */
  readonly ruinedMs: number
  /** If it died of memory: of a full heap, or of what it held in all. */
  readonly memory: HeldMemory | 'heap' | undefined
}

/** What became of one attempt to run something. */
export type AttemptVerdict =
  | { readonly kind: 'outcome'; readonly outcome: WorkResult; readonly processMb: number }
  /** It was not let into a cell. */
  | { readonly kind: 'refused'; readonly outcome: Unsuccessful }
  /** It came to its time limit, and had hardly had a processor. */
  | ({ readonly kind: 'starved' } & InVain)
  | Death

/** Where a run is attempted. */
export interface AttemptPlace {
  /** In a cell of its own. */
  readonly suspect: boolean
  /** When no other run is attempted again for want of a processor. */
  readonly calm: boolean
}

/** How a run went, and what it took to get it to a cell. */
export interface PoolResult {
  readonly outcome: WorkResult
  readonly bootMs: number
  /** CPU time of starts that it has caused though its owner had cells. */
  readonly startCpuMs: number
  /** How often it was started. */
  readonly attempts: number
  /** The most memory its cell was seen to hold meanwhile, in MB. */
  readonly processMb: number
  /** Whether it is to blame for the death of a cell; `undefined` if it never came to a cell or was cancelled. */
  readonly killed: boolean | undefined
}

/** How often a run is attempted again whose cell the platform ended. */
const MAX_DEATHS_BY_PLATFORM = 2

/**
 * Attempts a run until it is clear what becomes of it. When a cell dies, whoever was in it is a suspect, and attempted
 * once more, in a cell of its own: if that dies too, the run is guilty. An attempt that the platform spoiled counts for
 * nothing: the run is attempted once more if it did not get a processor, twice if its cell was ended for no fault of its own.
 *
 * @param attempt calls `onStart` when the run has come to a cell, with the CPU time of the start that it has caused by that
 * @throws `SANDBOX_FAILED` if the platform spoils attempt after attempt
 */
export async function attemptUntilClear(
  limits: Limits,
  attempt: (place: AttemptPlace, onStart: (startCpuMs: number) => void) => Promise<AttemptVerdict>,
): Promise<PoolResult> {
  const askedAt = performance.now()
  let bootMs = 0
  let spentMs = 0
  let place: AttemptPlace = { suspect: false, calm: false }
  let deathsByPlatform = 0
  let ruinedMs = 0
  let startCpuMs = 0
  const onStart = (causedMs: number): void => {
    bootMs = performance.now() - askedAt
    startCpuMs += causedMs
  }
  for (let attempts = 1; ; attempts++) {
    const verdict = await attempt(place, onStart)
    switch (verdict.kind) {
      case 'refused':
        return {
          outcome: charged(verdict.outcome, spentMs),
          bootMs,
          startCpuMs,
          attempts: attempts - 1,
          processMb: 0,
          killed: undefined,
        }
      case 'outcome': {
        const killed = verdict.outcome.status === 'cancelled' ? undefined : false
        const outcome = charged(verdict.outcome, spentMs)
        return { outcome, bootMs, startCpuMs, attempts, processMb: verdict.processMb, killed }
      }
      case 'starved':
        if (place.calm) throw spoiled(verdict, attempts)
        place = { ...place, calm: true }
        break
      case 'died': {
        if (verdict.byPlatform) {
          if (++deathsByPlatform > MAX_DEATHS_BY_PLATFORM) throw spoiled(verdict, attempts)
        } else {
          ruinedMs += verdict.ruinedMs
        }
        if (!verdict.byPlatform && verdict.alone) {
          const { usage, ...guilty } = outcomeOfGuilty(verdict, limits)
          const { cpuMs, wallMs, logs } = verdict
          const charge = { cpuMs, wallMs, ruinedCpuMs: ruinedMs }
          const outcome = charged({ ...guilty, logs, usage: { ...usage, ...charge } }, spentMs)
          const processMb = typeof verdict.memory === 'object' ? verdict.memory.residentMb : 0
          return { outcome, bootMs, startCpuMs, attempts, processMb, killed: true }
        }
        place = { ...place, suspect: true }
      }
    }
    spentMs += verdict.cpuMs
  }
}

function spoiled({ reason }: InVain, attempts: number): IsolatedRuntimeError {
  return new IsolatedRuntimeError('SANDBOX_FAILED', `${reason}; so it went in ${attempts} attempts`)
}

/** With the CPU time of the attempts before. */
function charged(outcome: WorkResult, spentMs: number): WorkResult {
  if (spentMs === 0) return outcome
  return { ...outcome, usage: { ...outcome.usage, cpuMs: outcome.usage.cpuMs + spentMs } }
}

function outcomeOfGuilty({ memory, reason }: Death, { memoryMb }: Limits): Unsuccessful {
  if (memory === undefined) return crashed(`${reason} under the run`)
  return memory === 'heap' ? outOfMemory(memoryMb) : tooMuchMemory(memoryMb, memory)
}
