import { spawn, type ChildProcess } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import type { Socket } from 'node:net'
import type { TransformFailure } from 'esbuild'
import { loadEsbuild, type Esbuild } from './load-esbuild.ts'

/** How work ended: with a result, or without one because its process ended first. */
export type WorkEnd<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | {
      readonly kind: 'lost'
      /** Whether the work took longer than its deadline while it had the process to itself. */
      readonly isOverdue: boolean
      readonly cause: unknown
    }

export interface WorkOptions {
  /** After this many milliseconds the process is killed. */
  readonly deadlineMs: number
  /** Called when the work is still under way after `patienceMs` milliseconds. */
  readonly onSlow?: () => void
  readonly patienceMs?: number
}

/** Kept of what the process writes to stderr, such as a stack trace of a crash. */
const MAX_STDERR_CHARACTERS = 2_000
const LOW_PRIORITY = 10

/** One process of esbuild. It starts with its first work and does not keep the program alive. */
export class EsbuildProcess {
  readonly #esbuild: Esbuild
  readonly #lose = new Set<(cause: unknown) => void>()
  #child: ChildProcess | undefined
  #stderr = ''
  #isLost = false

  constructor() {
    this.#esbuild = loadEsbuild((command, args, options) => {
      // A crash writes a trace of thousands of lines, which is of no use in the program's own stderr.
      const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (this.#stderr.length < MAX_STDERR_CHARACTERS) this.#stderr += text
      })
      // A pipe to a child is a socket, which the type of `ChildProcess` does not say.
      ;(child.stderr as unknown as Socket).unref()
      this.#child = child
      return child
    })
  }

  /** How much work is under way. */
  get inFlight(): number {
    return this.#lose.size
  }

  /** Whether the process has ended, by itself or by `kill()`. */
  get isLost(): boolean {
    return this.#isLost
  }

  /**
   * Does some work.
   *
   * @throws esbuild's `TransformFailure` or `BuildFailure` if the code does not parse
   */
  async do<Result>(
    start: (esbuild: Esbuild) => Promise<Result>,
    { deadlineMs, onSlow, patienceMs = deadlineMs }: WorkOptions,
  ): Promise<WorkEnd<Result>> {
    const { promise, resolve, reject } = Promise.withResolvers<WorkEnd<Result>>()
    let isOverdue = false
    const lose = (cause: unknown): void => resolve({ kind: 'lost', isOverdue, cause })
    this.#lose.add(lose)
    const slow = onSlow && setTimeout(onSlow, patienceMs)
    const deadline = setTimeout(() => {
      isOverdue = this.inFlight === 1
      this.kill(new Error(`esbuild took longer than ${deadlineMs} ms`))
    }, deadlineMs)
    // After a stop, esbuild leaves its promises pending: `kill()` settles this one instead.
    startNow(() => start(this.#esbuild)).then(
      (result) => resolve({ kind: 'done', result }),
      (error: unknown) => {
        if (isTransformFailure(error)) reject(error)
        else if (this.#lose.has(lose)) this.kill(error)
      },
    )
    try {
      return await promise
    } finally {
      clearTimeout(slow)
      clearTimeout(deadline)
      this.#lose.delete(lose)
    }
  }

  /** Lets other processes go first. */
  lowerPriority(): void {
    const pid = this.#child?.pid
    if (pid === undefined) return
    // Linux gives each thread a priority; new threads inherit it.
    for (const thread of threadsOf(pid)) {
      try {
        setPriority(thread, LOW_PRIORITY)
      } catch {
        // The thread has ended, or the system does not allow it: nothing but speed depends on it.
      }
    }
  }

  /** Ends the process; all work that is under way is lost. */
  kill(cause: unknown): void {
    this.#isLost = true
    const losers = [...this.#lose]
    this.#lose.clear()
    void this.#esbuild.stop()
    this.#child?.kill('SIGKILL')
    const reason = this.#stderr === '' ? cause : new Error(this.#stderr, { cause })
    for (const lose of losers) lose(reason)
  }
}

// async, so that what esbuild throws at once (its binary is missing) is a rejection like any other.
async function startNow<Result>(start: () => Promise<Result>): Promise<Result> {
  return start()
}

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return [pid]
  }
}

/** Tells a text that does not parse from an esbuild that does not answer. */
export function isTransformFailure(error: unknown): error is TransformFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
