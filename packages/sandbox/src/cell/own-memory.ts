import { memoryLastWords } from './memory-allowance.ts'

const MIB = 1024 * 1024

/**
 * Ends this cell when it holds more memory than it may. The executor watches too, where the system lets it, and a guest
 * that has taken this process over could stop what is watched in here; but this watch works on every system, and also
 * while the executor is busy with something else.
 */
export class OwnMemory {
  readonly #growthMb: number
  #allowedMb = Infinity
  #residentMb = 0

  constructor(growthMb: number) {
    this.#growthMb = growthMb
  }

  /** From here on it counts: called when the first thread is up. */
  begin(): void {
    this.#allowedMb = process.memoryUsage.rss() / MIB + this.#growthMb
  }

  /** How much more it held at the last check than at the start, in MB. */
  get grownMb(): number {
    return this.#residentMb - (this.#allowedMb - this.#growthMb)
  }

  check(): void {
    const residentMb = process.memoryUsage.rss() / MIB
    this.#residentMb = residentMb
    if (residentMb <= this.#allowedMb) return
    // On POSIX writing to a pipe is synchronous: the words are out before the end.
    process.stderr.write(`${memoryLastWords(residentMb, this.#allowedMb)}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
}
