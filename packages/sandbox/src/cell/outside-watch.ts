import { outsideAllowanceMb } from './memory-allowance.ts'
import type { OwnMemory } from './own-memory.ts'
import type { Threads } from './threads.ts'

/**
 * Finds runs that hold too much outside of the heap of their thread. V8 counts that for each thread, but limits only
 * heaps. A thread is asked only while its cell has grown by more than one run may hold, so most runs cost nothing.
 */
export class OutsideWatch {
  readonly #threads: Pick<Threads, 'outsideMbOf'>
  readonly #memory: Pick<OwnMemory, 'grownMb'>
  readonly #memoryMb: number
  readonly #onOver: (seq: number, heldMb: number, allowedMb: number) => void
  readonly #asked = new Set<number>()

  /** @param onOver called with what a run was found to hold and what it may hold, in MB */
  constructor(
    threads: Pick<Threads, 'outsideMbOf'>,
    memory: Pick<OwnMemory, 'grownMb'>,
    memoryMb: number,
    onOver: (seq: number, heldMb: number, allowedMb: number) => void,
  ) {
    this.#threads = threads
    this.#memory = memory
    this.#memoryMb = memoryMb
    this.#onOver = onOver
  }

  look(runs: Iterable<number>): void {
    if (this.#memory.grownMb <= this.#memoryMb) return
    for (const seq of runs) if (!this.#asked.has(seq)) void this.#ask(seq)
  }

  async #ask(seq: number): Promise<void> {
    this.#asked.add(seq)
    const heldMb = await this.#threads.outsideMbOf(seq)
    this.#asked.delete(seq)
    const allowedMb = outsideAllowanceMb(this.#memoryMb)
    if (heldMb !== undefined && heldMb > allowedMb) this.#onOver(seq, heldMb, allowedMb)
  }
}
