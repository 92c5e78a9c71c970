import { closeSync, openSync, readSync } from 'node:fs'

const STATUS_BYTES = 4_096

/** How much resident memory a process holds, read from Linux's `/proc`. */
export class ResidentMemory {
  /** Kept open: it goes on naming the same process when its id is given to another. */
  readonly #fd: number
  readonly #buffer = Buffer.alloc(STATUS_BYTES)

  /** `undefined` where there is no `/proc` with that process, as on other systems than Linux. */
  static of(pid: number): ResidentMemory | undefined {
    try {
      return new ResidentMemory(openSync(`/proc/${pid}/status`, 'r'))
    } catch {
      return undefined
    }
  }

  private constructor(fd: number) {
    this.#fd = fd
  }

  /** In MB; `undefined` if the process is gone. */
  read(): number | undefined {
    return this.#figure(/^VmRSS:\s+(\d+) kB$/m)
  }

  /** What of it is not shared with others, in MB: what is free again when the process ends; `undefined` if it is gone. */
  readPrivate(): number | undefined {
    return this.#figure(/^RssAnon:\s+(\d+) kB$/m)
  }

  #figure(line: RegExp): number | undefined {
    try {
      const length = readSync(this.#fd, this.#buffer, 0, STATUS_BYTES, 0)
      const match = line.exec(this.#buffer.toString('latin1', 0, length))
      return match === null ? undefined : Number(match[1]) / 1_024
    } catch {
      return undefined
    }
  }

  close(): void {
    closeSync(this.#fd)
  }
}
