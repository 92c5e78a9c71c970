import { monotonicMs } from './monotonic-ms.ts'
import type { StatusBoard } from './status-board.ts'

/**
 * Keeps the time that compiling takes apart from that of the run: which thread has compiled a module before is chance, and
 * not the guest's.
 */
export class CompileTime {
  readonly #board: Pick<StatusBoard, 'beginCompiling' | 'endCompiling'>
  readonly #cpuMs: () => number
  #spent = { ms: 0, cpuMs: 0 }
  #ofTaskMs = 0

  /** @param cpuMs CPU time of this thread, in milliseconds */
  constructor(board: Pick<StatusBoard, 'beginCompiling' | 'endCompiling'>, cpuMs: () => number) {
    this.#board = board
    this.#cpuMs = cpuMs
  }

  /** Compiles something for the run that goes on. */
  readonly during = <Compiled>(compile: () => Compiled): Compiled => {
    const beganAt = monotonicMs()
    const cpuBefore = this.#cpuMs()
    this.#board.beginCompiling(beganAt)
    try {
      return compile()
    } finally {
      const now = monotonicMs()
      const cpuMs = this.#cpuMs() - cpuBefore
      this.#board.endCompiling(now, cpuMs)
      this.#spent = { ms: this.#spent.ms + now - beganAt, cpuMs: this.#spent.cpuMs + cpuMs }
      this.#ofTaskMs += now - beganAt
    }
  }

  /** Called when a task begins. */
  begin(): void {
    this.take()
    this.#ofTaskMs = 0
  }

  /** What compiling took since the task began, in milliseconds. */
  get ofTaskMs(): number {
    return this.#ofTaskMs
  }

  /** What compiling took since this was last asked, in milliseconds. */
  take(): { readonly ms: number; readonly cpuMs: number } {
    const spent = this.#spent
    this.#spent = { ms: 0, cpuMs: 0 }
    return spent
  }
}
