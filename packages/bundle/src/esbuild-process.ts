import { IsolatedRuntimeError } from '@isolated-runtime/protocol'
import { stop, transform, type TransformFailure, type TransformOptions, type TransformResult } from 'esbuild'

/** What becomes of a text that esbuild's process did not survive. */
interface Loss {
  /** Nothing else was being transformed, so this text is to blame. */
  readonly alone: boolean
  readonly cause: unknown
}

/**
 * esbuild, kept safe from the code it is given. All transforms share one process of esbuild, which a text nested
 * too deeply overflows (it never starts again by itself), and which some short texts keep busy for ever.
 *
 *     together ──lost──> suspect ──lost while alone──> guilty: the caller gets an error
 *
 * Whoever was being transformed when the process was lost is tried again, one at a time.
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
    // Newcomers queue behind suspects, who could not be told apart from them otherwise.
    if (this.#suspects > 0) return this.#transformAlone(text, options)
    const attempt = await this.#attempt(text, options)
    if ('code' in attempt) return attempt
    return attempt.alone ? this.#blame(attempt) : this.#transformAlone(text, options)
  }

  async #transformAlone(text: string, options: TransformOptions): Promise<TransformResult | undefined> {
    const before = this.#lane
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#lane = promise
    this.#suspects++
    try {
      await before
      let attempt = await this.#attempt(text, options)
      while (!('code' in attempt) && !attempt.alone) attempt = await this.#attempt(text, options)
      return 'code' in attempt ? attempt : await this.#blame(attempt)
    } finally {
      this.#suspects--
      resolve()
    }
  }

  /** Before a text is blamed, esbuild has to show that it works at all. */
  async #blame(loss: Loss): Promise<undefined> {
    const proof = await this.#attempt('', {})
    if ('code' in proof || !proof.alone) return
    throw new IsolatedRuntimeError('INTERNAL', 'esbuild does not run here', { cause: loss.cause })
  }

  async #attempt(text: string, options: TransformOptions): Promise<TransformResult | Loss> {
    const { promise, resolve, reject } = Promise.withResolvers<TransformResult | Loss>()
    this.#lose.add(resolve)
    const timer = setTimeout(
      () => this.#stop(new Error(`esbuild took longer than ${this.#deadlineMs} ms`)),
      this.#deadlineMs,
    )
    // After a stop, esbuild leaves its promise pending for ever: `resolve` is called by #stop instead.
    transformNow(text, options).then(resolve, (error: unknown) => {
      if (isTransformFailure(error)) reject(error)
      else if (this.#lose.has(resolve)) this.#stop(error)
    })
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#lose.delete(resolve)
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
async function transformNow(text: string, options: TransformOptions): Promise<TransformResult> {
  return transform(text, options)
}

/** Tells a text that does not parse from an esbuild that does not answer. */
export function isTransformFailure(error: unknown): error is TransformFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors)
}
