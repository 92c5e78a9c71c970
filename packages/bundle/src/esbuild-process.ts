import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { stop, transform, type TransformFailure, type TransformOptions, type TransformResult } from 'esbuild'

/** Something to be done by esbuild; begun again, it begins from nothing. */
interface Work<Result> {
  readonly start: () => Promise<Result>
  readonly deadlineMs: number
}

/** What becomes of work that esbuild's process did not survive. */
interface Loss {
  /** Nothing else was being done, so this work is to blame. */
  readonly alone: boolean
  readonly cause: unknown
}

/** What work gave, or that it was lost. */
type Attempt<Result> = { readonly result: Result } | { readonly loss: Loss }

/**
 * esbuild, kept safe from the code it is given. All its work shares one process of esbuild, which a text nested
 * too deeply overflows (it never starts again by itself), and which some short texts keep busy for ever.
 *
 *     together ──lost──> suspect ──lost while alone──> guilty: the caller gets an error
 *
 * Whatever was being done when the process was lost is tried again, one at a time.
 */
export class EsbuildProcess {
  readonly #deadlineMs: number
  readonly #lose = new Set<(loss: Loss) => void>()
  #suspects = 0
  #lane: Promise<void> = Promise.resolve()

  /** @param deadlineMs how long one text may take */
  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs
  }

  /**
   * Transforms a text.
   *
   * @returns `undefined` if esbuild does not survive the text, or not within the deadline
   * @throws esbuild's `TransformFailure` if the text does not parse
   */
  async transform(text: string, options: TransformOptions): Promise<TransformResult | undefined> {
    return this.run(() => transform(text, options))
  }

  /**
   * Does something else with esbuild, such as a build; it may be begun several times, from nothing.
   *
   * @returns `undefined` if esbuild does not survive it, or not within the deadline
   * @throws esbuild's `BuildFailure` or `TransformFailure`
   */
  async run<Result>(
    start: () => Promise<Result>,
    { deadlineMs = this.#deadlineMs }: { readonly deadlineMs?: number } = {},
  ): Promise<Result | undefined> {
    const work = { start, deadlineMs }
    // Newcomers queue behind suspects, who could not be told apart from them otherwise.
    if (this.#suspects > 0) return this.#runAlone(work)
    const attempt = await this.#attempt(work)
    if ('result' in attempt) return attempt.result
    return attempt.loss.alone ? this.#blame(attempt.loss) : this.#runAlone(work)
  }

  async #runAlone<Result>(work: Work<Result>): Promise<Result | undefined> {
    const before = this.#lane
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#lane = promise
    this.#suspects++
    try {
      await before
      let attempt = await this.#attempt(work)
      while ('loss' in attempt && !attempt.loss.alone) attempt = await this.#attempt(work)
      return 'result' in attempt ? attempt.result : await this.#blame(attempt.loss)
    } finally {
      this.#suspects--
      resolve()
    }
  }

  /** Before a text is blamed, esbuild has to show that it works at all. */
  async #blame(loss: Loss): Promise<undefined> {
    const proof = await this.#attempt({ start: () => transform('', {}), deadlineMs: this.#deadlineMs })
    if ('result' in proof || !proof.loss.alone) return
    throw new IsolatedRuntimeError('INTERNAL', 'esbuild does not run here', { cause: loss.cause })
  }

  async #attempt<Result>({ start, deadlineMs }: Work<Result>): Promise<Attempt<Result>> {
    const { promise, resolve, reject } = Promise.withResolvers<Attempt<Result>>()
    const lose = (loss: Loss): void => resolve({ loss })
    this.#lose.add(lose)
    const timer = setTimeout(
      () => this.#stop(new Error(`esbuild took longer than ${deadlineMs} ms`)),
      deadlineMs,
    )
    // After a stop, esbuild leaves its promise pending for ever: `lose` is called by #stop instead.
    startNow(start).then(
      (result) => resolve({ result }),
      (error: unknown) => {
        if (isTransformFailure(error)) reject(error)
        else if (this.#lose.has(lose)) this.#stop(error)
      },
    )
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#lose.delete(lose)
    }
  }

  #stop(cause: unknown): void {
    const losers = [...this.#lose]
    this.#lose.clear()
    void stop()
    for (const lose of losers) lose({ alone: losers.length === 1, cause })
  }
}

// async, so that what esbuild throws at once (its binary is missing) is a rejection like any other.
async function startNow<Result>(start: () => Promise<Result>): Promise<Result> {
  return start()
}

/** Tells a text that does not parse from an esbuild that does not answer. */
export function isTransformFailure(error: unknown): error is TransformFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
