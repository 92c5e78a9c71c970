import { readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import type { CellChild } from './cell-process.ts'
import { GUEST_STEPS, LOWEST_PRIORITY } from '../thread/lower-priority.ts'

/** In steps of "nice": a start gets a tenth of the processor time of what keeps the time of runs, a quarter of that of guests. */
const START_STEPS = 10

/** A start that takes longer than this goes on at an ordinary priority: a machine full of guests must not keep newcomers out. */
const MAX_LOW_MS = 1_000

/**
 * Has cells start at a low priority, and raises it when they are ready. A process may lower a priority in any case; to raise it
 * takes CAP_SYS_NICE of the machine, which containers have only if they are given it. A set of capabilities does not tell (a
 * root of its own user namespace has all), so it is tried with the first cell that is up.
 */
export class StartPriority {
  #canRaise = false
  #isTried = process.platform !== 'linux'

  /** Whether a start goes on at a lower priority than what serves runs. */
  get isLow(): boolean {
    return this.#canRaise
  }

  /**
   * Called when the process of a cell is being started, which has one thread at first.
   *
   * @returns what is to be called when the cell is ready
   */
  begin(child: Pick<CellChild, 'pid' | 'once'>): () => void {
    if (child.pid !== undefined) return this.#begun(child.pid, child)
    let onReady: (() => void) | undefined
    child.once('spawn', () => {
      if (child.pid !== undefined) onReady = this.#begun(child.pid, child)
    })
    return () => onReady?.()
  }

  #begun(pid: number, child: Pick<CellChild, 'once'>): () => void {
    if (!this.#canRaise || !set(pid, START_STEPS)) return () => this.#tryWith(pid)
    const late = setTimeout(() => raise(pid), MAX_LOW_MS).unref()
    child.once('close', () => clearTimeout(late))
    return () => {
      clearTimeout(late)
      raise(pid)
    }
  }

  #tryWith(pid: number): void {
    if (this.#isTried) return
    this.#isTried = true
    this.#canRaise = set(pid, 1) && set(pid, 0)
  }
}

/** Linux gives each thread a priority. All but the main thread, which keeps the time, work for guests. */
function raise(pid: number): void {
  for (const thread of threadsOf(pid)) set(thread, thread === pid ? 0 : GUEST_STEPS)
}

/** @returns whether the system allowed it */
function set(thread: number, steps: number): boolean {
  try {
    setPriority(thread, Math.min(LOWEST_PRIORITY, getPriority() + steps))
    return true
  } catch {
    // Not allowed, or the thread has ended: nothing but speed depends on it.
    return false
  }
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}
