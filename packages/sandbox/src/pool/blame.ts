import type { EncodedOutcome, Limits } from '@isolated-runtime/protocol'
import { crashed, outOfMemory, tooMuchMemory } from '../cell/outcomes.ts'
import type { HeldMemory } from './cell-memory.ts'

/** How a cell died under a run. */
interface Death {
  readonly kind: 'died'
  /**
   * Whether nobody but this run was ever in the cell. Else the run is no more than a suspect: those next to it may have
   * done it, and so may those before it, whose garbage is there and whose threads may not have stopped yet.
   */
  readonly alone: boolean
  /** If it died of memory: of a full heap, or of what it held in all. */
  readonly memory: HeldMemory | 'heap' | undefined
  readonly reason: string
  /** What the run had used by then, and how long ago it was given to the cell. */
  readonly cpuMs: number
  readonly wallMs: number
}

/** What became of one attempt to run something. */
export type AttemptVerdict =
  | { readonly kind: 'outcome'; readonly outcome: EncodedOutcome; readonly processMb: number }
  /** It was not let into a cell. */
  | { readonly kind: 'refused'; readonly outcome: EncodedOutcome }
  | Death

/** How a run went, and what it took to get it to a cell. */
export interface PoolResult {
  readonly outcome: EncodedOutcome
  readonly bootMs: number
  /** How often it was started. */
  readonly attempts: number
  /** The most memory its cell was seen to hold meanwhile, in MB. */
  readonly processMb: number
  /** Whether it is to blame for the death of a cell; `undefined` if it never came to a cell or was cancelled. */
  readonly killed: boolean | undefined
}

/**
 * Attempts a run until it is clear what becomes of it. When a cell dies, whoever was in it is a suspect, and attempted
 * once more, in a cell of its own: if that dies too, the run is guilty. So no run is attempted more than twice.
 *
 * @param attempt calls `onStart` when the run has come to a cell
 */
export async function attemptUntilClear(
  limits: Limits,
  attempt: (suspect: boolean, onStart: () => void) => Promise<AttemptVerdict>,
): Promise<PoolResult> {
  const askedAt = performance.now()
  let bootMs = 0
  let spentMs = 0
  for (let attempts = 1; ; attempts++) {
    const verdict = await attempt(attempts > 1, () => (bootMs = performance.now() - askedAt))
    switch (verdict.kind) {
      case 'refused':
        return { outcome: charged(verdict.outcome, spentMs), bootMs, attempts: 0, processMb: 0, killed: undefined }
      case 'outcome': {
        const killed = verdict.outcome.status === 'cancelled' ? undefined : false
        const outcome = charged(verdict.outcome, spentMs)
        return { outcome, bootMs, attempts, processMb: verdict.processMb, killed }
      }
      case 'died': {
        spentMs += verdict.cpuMs
        if (!verdict.alone) break
        const processMb = typeof verdict.memory === 'object' ? verdict.memory.residentMb : 0
        const { usage, ...guilty } = outcomeOfGuilty(verdict, limits)
        const outcome = charged({ ...guilty, usage: { ...usage, wallMs: verdict.wallMs } }, spentMs)
        return { outcome, bootMs, attempts, processMb, killed: true }
      }
    }
  }
}

/** With the CPU time of the attempts before. */
function charged(outcome: EncodedOutcome, spentMs: number): EncodedOutcome {
  if (spentMs === 0) return outcome
  return { ...outcome, usage: { ...outcome.usage, cpuMs: outcome.usage.cpuMs + spentMs } }
}

function outcomeOfGuilty({ memory, reason }: Death, { memoryMb }: Limits): EncodedOutcome {
  if (memory === undefined) return crashed(`${reason} under the run`)
  return memory === 'heap' ? outOfMemory(memoryMb) : tooMuchMemory(memoryMb, memory)
}
